using Guard.Host.Migration;
using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>A life begun on SQLite goes on in PostgreSQL, and back.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _port = FreePort.Next();
    private readonly string _connection = PostgresServer.Shared.NewDatabase();

    private void Configure(string engine) =>
        _guard.Configure(
            _guard["data"],
            _port,
            $$"""
            accountguard.intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
            accountguard.console.listen = off
            accountguard.persistence { engine = {{engine}}, postgres-connection = "{{_connection}}", sqlite-file = "{{_guard["guard.db"]}}" }
            """
        );

    private async Task StopAsync(System.Diagnostics.Process process)
    {
        _guard.Must("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(GuardProgram.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_guard_moves_to_PostgreSQL_and_back_and_goes_on_with_the_same_totals()
    {
        var whole = _guard.DemoLog();
        var half = Array.LastIndexOf(whole, (byte)'\n', whole.Length / 2) + 1;
        var most = Array.LastIndexOf(whole, (byte)'\n', whole.Length * 3 / 4) + 1;
        Configure("sqlite-group-commit");
        await File.WriteAllBytesAsync(_guard["mail.log"], whole[..half], TestContext.Current.CancellationToken);
        var process = _guard.Start();
        await Reach(_guard.Replayed());
        var totals = _guard.Totals();
        var (_, error, code) = Migrate($"sqlite:{_guard["guard.db"]}", $"postgres:{_connection}");
        Assert.Equal(1, code);
        Assert.Contains("stop the guard first", error, StringComparison.Ordinal);
        await StopAsync(process);

        var (said, complaint, done) = Migrate($"sqlite:{_guard["guard.db"]}", $"postgres:{_connection}");
        Assert.True(done == 0, complaint);
        Assert.Contains("the same byte by byte", said, StringComparison.Ordinal);
        var (_, twice, refused) = Migrate($"sqlite:{_guard["guard.db"]}", $"postgres:{_connection}");
        Assert.Equal(1, refused);
        Assert.Contains("the target is not empty", twice, StringComparison.Ordinal);

        Configure("postgres");
        process = _guard.Start();
        await Reach(totals);
        await File.WriteAllBytesAsync(_guard["mail.log"], whole[..most], TestContext.Current.CancellationToken);
        await Reach(_guard.Replayed());
        totals = _guard.Totals();
        (_, error, code) = Migrate($"postgres:{_connection}", $"sqlite:{_guard["back.db"]}");
        Assert.Equal(1, code);
        Assert.Contains("stop the guard first", error, StringComparison.Ordinal);
        await StopAsync(process);

        (_, error, code) = Migrate($"postgres:{_connection}", $"sqlite:{_guard["back.db"]}");
        Assert.True(code == 0, error);
        File.Move(_guard["back.db"], _guard["guard.db"], true);
        Configure("sqlite-group-commit");
        _guard.Start();
        await Reach(totals);
        await File.WriteAllBytesAsync(_guard["mail.log"], whole, TestContext.Current.CancellationToken);
        await Reach(_guard.Replayed());
        Assert.Equal("blocked", _guard.Explain("info@example.com")!.Value.GetProperty("rung").GetString());
    }

    [Fact]
    public async Task An_interrupted_copy_goes_on_and_a_damaged_one_is_found()
    {
        Configure("sqlite-group-commit");
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var process = _guard.Start();
        await Reach(_guard.Replayed());
        await StopAsync(process);
        using (var interrupt = new CancellationTokenSource())
        {
            var pages = 0;
            await using var from = new SqliteStoredTables(_guard["guard.db"]);
            await using var to = new InterruptedTables(
                new PostgresStoredTables(_connection),
                () =>
                {
                    if (++pages == 3)
                        interrupt.Cancel();
                }
            );
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StoredCopy(from, _guard["guard.db"], to, 20, _ => { }).RunAsync(interrupt.Token));
        }
        var begun = (long)PostgresServer.Scalar(_connection, "SELECT COUNT(*) FROM journal")!;
        Assert.Equal(60, begun);
        var (said, complaint, code) = Migrate($"sqlite:{_guard["guard.db"]}", $"postgres:{_connection}");
        Assert.True(code == 0, complaint);
        Assert.Contains("begun earlier and finished now", said, StringComparison.Ordinal);

        // One byte elsewhere, and the copy is not taken for the same.
        PostgresServer.Scalar(
            _connection,
            "UPDATE snapshot SET snapshot = set_byte(snapshot, 5, get_byte(snapshot, 5) # 1) WHERE persistence_id = 'user-info@example.com'"
        );
        PostgresServer.Scalar(_connection, $"UPDATE accountguard_migration SET source = '{_guard["guard.db"]}'");
        var (_, error, damaged) = Migrate($"sqlite:{_guard["guard.db"]}", $"postgres:{_connection}");
        Assert.Equal(1, damaged);
        Assert.Contains("the snapshots of user-info@example.com are not the same", error, StringComparison.Ordinal);
    }

    private (string Out, string Error, int Code) Migrate(string from, string to) => _guard.Guard("migrate", "--from", from, "--to", to);

    private Task Reach((long, long, long, long, long) expected) =>
        GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");

    public void Dispose() => _guard.Dispose();

    /// <summary>Tables that tell of each page.</summary>
    private sealed class InterruptedTables(IStoredTables tables, Action added) : IStoredTables
    {
        public Task TakeAsync() => tables.TakeAsync();

        public Task CreateAsync() => tables.CreateAsync();

        public Task<string?> MarkAsync() => tables.MarkAsync();

        public Task MarkAsync(string source) => tables.MarkAsync(source);

        public Task<bool> HasRowsAsync() => tables.HasRowsAsync();

        public Task<(long Ordering, (long Ordering, string Tag) Tag, (string Id, long Number) Snapshot)> LastAsync() => tables.LastAsync();

        public Task<List<EventRow>> EventsAsync(long after, int most) => tables.EventsAsync(after, most);

        public Task<List<TagRow>> TagsAsync((long Ordering, string Tag) after, int most) => tables.TagsAsync(after, most);

        public Task<List<SnapshotRow>> SnapshotsAsync((string Id, long Number) after, int most) => tables.SnapshotsAsync(after, most);

        public async Task AddAsync(IReadOnlyList<EventRow> events, IReadOnlyList<TagRow> tags, IReadOnlyList<SnapshotRow> snapshots)
        {
            await tables.AddAsync(events, tags, snapshots);
            added();
        }

        public Task NumberOnAsync() => tables.NumberOnAsync();

        public IAsyncEnumerable<EventRow> ByEntityAsync() => tables.ByEntityAsync();

        public IAsyncEnumerable<SnapshotRow> SnapshotsByEntityAsync() => tables.SnapshotsByEntityAsync();

        public Task<long> TagCountAsync() => tables.TagCountAsync();

        public ValueTask DisposeAsync() => tables.DisposeAsync();
    }
}
