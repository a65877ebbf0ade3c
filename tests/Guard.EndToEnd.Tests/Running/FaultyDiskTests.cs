using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>A disk that fails while the guard runs (EIO), and databases whose write-ahead log lost its end.</summary>
public sealed class FaultyDiskTests : IDisposable
{
    private static readonly string Source = Path.Combine(GuardProgram.Root, "tests", "Guard.EndToEnd.Tests", "Running", "FaultyDisk.c");

    private readonly GuardProgram _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Trigger => _guard["faulty"];

    public void Dispose() => _guard.Dispose();

    private void Configure()
    {
        _guard.Configure(
            _guard["data"],
            FreePort.Next(),
            $$"""
            accountguard {
              console.listen = "127.0.0.1:{{FreePort.Next()}}"
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
            }
            """
        );
        File.WriteAllText(_guard["mail.log"], "");
    }

    /// <summary>Starts it on a disk that fails for one database as long as the trigger is there.</summary>
    private async Task<System.Diagnostics.Process> StartFaultyAsync(string database)
    {
        Requirement.Programs("gcc");
        _guard.Must("gcc", "-shared", "-fPIC", "-O1", "-o", _guard["faulty.so"], Source, "-ldl");
        Configure();
        var process = _guard.StartIn("env", $"LD_PRELOAD={_guard["faulty.so"]}", $"FAULT_TRIGGER={Trigger}", $"FAULT_FILE={database}");
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        return process;
    }

    private async Task EndsAsync(System.Diagnostics.Process process)
    {
        _guard.Must("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
    }

    private Task CountsAsync((long, long, long, long, long) expected) =>
        GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");

    [Theory]
    [InlineData("accountguard.db")]
    [InlineData("console.db")]
    public async Task A_database_that_cannot_be_read_or_written_for_a_while_is_told_ends_nothing_and_all_is_counted_once_behind_it(string database)
    {
        var process = await StartFaultyAsync(database);
        var before = _guard.Heard.Length;
        await File.WriteAllTextAsync(Trigger, "", Cancellation);
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), Cancellation);
        await GuardProgram.UntilAsync(
            () => _guard.Heard[before..].Contains("disk I/O error", StringComparison.Ordinal),
            () => "nothing was said of a faulty disk: " + _guard.Heard
        );
        Assert.False(process.HasExited, _guard.Heard);

        File.Delete(Trigger);
        await CountsAsync(_guard.Replayed());
        await EndsAsync(process);
    }

    [Fact]
    public async Task Nothing_is_done_that_the_audit_cannot_take_and_the_act_works_once_it_can()
    {
        var process = await StartFaultyAsync("audit.db");
        await File.WriteAllTextAsync(Trigger, "", Cancellation);
        var (text, error, code) = _guard.Guard("user", "lock", "info@example.com", "--config", "guard.conf");
        Assert.True(code != 0, text + error);
        Assert.Contains("audit", text + error, StringComparison.OrdinalIgnoreCase);
        File.Delete(Trigger);
        Assert.DoesNotContain("info@example.com", _guard.Guard("inspect", "locks", "list", "--config", "guard.conf").Out, StringComparison.Ordinal);
        Assert.Null(_guard.Explain("info@example.com"));
        await GuardProgram.UntilAsync(() => _guard.Guard("user", "lock", "info@example.com", "--config", "guard.conf").Code == 0, () => _guard.Heard);
        await EndsAsync(process);
    }

    [Theory]
    [InlineData("accountguard.db")]
    [InlineData("console.db")]
    public async Task A_write_ahead_log_that_lost_its_end_costs_nothing_that_a_log_still_tells(string database)
    {
        var expected = await LoseAsync(database, 2, 5);

        var process = _guard.Start();
        await CountsAsync(expected);
        Assert.False(process.HasExited, _guard.Heard);
        await EndsAsync(process);
    }

    [Fact]
    public async Task A_guard_that_dies_while_it_reads_again_what_its_journal_lost_reads_it_at_the_next_start()
    {
        var expected = await LoseAsync("accountguard.db", 1, 5);
        // Killed when it has found the loss; whatever was journaled meanwhile must not hide it.
        for (var round = 0; round < 3; round++)
        {
            _guard.Said.Clear();
            var killed = _guard.Start();
            await GuardProgram.UntilAsync(
                () => _guard.Heard.Contains(round == 0 ? "the journal has lost what was read of it" : "AccountGuard runs", StringComparison.Ordinal),
                () => _guard.Heard
            );
            await KillAsync(killed);
        }
        var process = _guard.Start();
        await CountsAsync(expected);
        await EndsAsync(process);
    }

    /// <summary>Reads the demo log, dies, and loses all but a part of what one database's write-ahead log had of it; what was counted before that.</summary>
    private async Task<(long, long, long, long, long)> LoseAsync(string database, int of, int parts)
    {
        Configure();
        var process = _guard.Start();
        await GuardProgram.UntilAsync(
            () => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal) && File.Exists(_guard[$"data/{database}"]),
            () => _guard.Heard
        );
        // As long as somebody reads what was there before, nothing behind it moves from the write-ahead log into the database: it is all to be lost.
        await using var reader = new SqliteConnection($"Data Source={_guard[$"data/{database}"]};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync(Cancellation);
        await using var transaction = reader.BeginTransaction(deferred: true);
        await using var look = reader.CreateCommand();
        look.CommandText = "SELECT count(*) FROM sqlite_master";
        await look.ExecuteScalarAsync(Cancellation);

        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), Cancellation);
        var expected = _guard.Replayed();
        await CountsAsync(expected);
        await _guard.CheckpointAsync("mail.log");
        await KillAsync(process);
        Cut($"data/{database}-wal", of, parts);
        return expected;
    }

    private static async Task KillAsync(System.Diagnostics.Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }

    /// <summary>Leaves a part of a file, and a little more: it ends in the midst of a page.</summary>
    private void Cut(string file, int of, int parts)
    {
        Assert.True(File.Exists(_guard[file]), $"there is no {file}");
        using var stream = new FileStream(_guard[file], FileMode.Open);
        stream.SetLength((stream.Length * of / parts) + 123);
    }
}
