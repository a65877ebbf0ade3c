using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>docs/backup.md, as it is written there: copied while the guard reads its log, restored elsewhere, and nothing counts twice or is missed.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _port = FreePort.Next();

    private void Configure(string data, string persistence) =>
        _guard.Configure(
            _guard[data],
            _port,
            $$"""
            accountguard.intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
            accountguard.console.listen = off
            accountguard.persistence { {{persistence}} }
            """
        );

    [Fact]
    public async Task A_SQLite_database_copied_while_the_guard_counts_is_restored_and_goes_on()
    {
        Configure("data", "");
        await BackUpInTheMiddleAsync();
        Configure("restored", "");
        Restore();
        await GoOnAsync();
    }

    [Fact]
    public async Task All_that_a_guard_keeps_is_put_back_as_it_was_and_never_under_a_running_guard()
    {
        Configure("data", "");
        await BackUpInTheMiddleAsync();
        // Whatever a guard makes later is either in the copy or made anew by any start.
        var modes = Directory
            .GetFileSystemEntries(_guard["backup"])
            .Select(entry => (Name: Path.GetFileName(entry), Mode: File.GetUnixFileMode(entry)))
            .ToDictionary(entry => entry.Name, entry => entry.Mode);
        string[] derived = ["accountguard.lock", "accountguard.sock", "geo", "last-backup", "names-cleaned"];
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(_guard["data"]).Select(entry => Path.GetFileName(entry)),
            name =>
                !modes.ContainsKey(name)
                && !derived.Contains(name)
                && !name.EndsWith("-wal", StringComparison.Ordinal)
                && !name.EndsWith("-shm", StringComparison.Ordinal)
        );

        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Answers, () => _guard.Heard);
        var (_, refused, code) = _guard.Guard("restore", "backup", "--config", "guard.conf");
        Assert.True(code == 1, refused);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(_guard["data/accountguard.db"], "torn", TestContext.Current.CancellationToken);
        Restore();
        foreach (var (name, mode) in modes)
            Assert.Equal(mode, File.GetUnixFileMode(Path.Combine(_guard["data"], name)));
        Assert.Contains(Directory.GetDirectories(_guard.Directory), former => Path.GetFileName(former).StartsWith("data.before-", StringComparison.Ordinal));
        await GoOnAsync();
    }

    private void Restore()
    {
        var (said, error, code) = _guard.Guard("restore", "backup", "--config", "guard.conf");
        Assert.True(code == 0, said + error);
    }

    [Fact]
    public async Task A_PostgreSQL_database_dumped_while_the_guard_counts_is_restored_and_goes_on()
    {
        var first = PostgresServer.Shared.NewDatabase();
        var second = PostgresServer.Shared.NewDatabase();
        Configure("data", $"engine = postgres, postgres-connection = \"{first}\"");
        await BackUpInTheMiddleAsync(() =>
        {
            var dump = Path.Combine(Path.GetTempPath(), Path.GetFileName(_guard.Directory) + ".dump");
            PostgresServer.Shared.Program(
                "pg_dump",
                "-Fc",
                "-h",
                "127.0.0.1",
                "-p",
                $"{PostgresServer.Shared.Port}",
                "-U",
                "postgres",
                "-f",
                dump,
                Name(first)
            );
            PostgresServer.Shared.Program("pg_restore", "-h", "127.0.0.1", "-p", $"{PostgresServer.Shared.Port}", "-U", "postgres", "-d", Name(second), dump);
            File.Delete(dump);
        });
        Configure("restored", $"engine = postgres, postgres-connection = \"{second}\"");
        Restore();
        await GoOnAsync();
    }

    private static string Name(string connection) => new Npgsql.NpgsqlConnectionStringBuilder(connection).Database!;

    private async Task BackUpInTheMiddleAsync(Action? dump = null)
    {
        var whole = _guard.DemoLog();
        await File.WriteAllBytesAsync(
            _guard["mail.log"],
            whole[..(Array.LastIndexOf(whole, (byte)'\n', whole.Length / 2) + 1)],
            TestContext.Current.CancellationToken
        );
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals().Item1 > 100, () => _guard.Heard);
        // The rest comes while the copies are made.
        var rest = whole[(Array.LastIndexOf(whole, (byte)'\n', whole.Length / 2) + 1)..];
        await using (var log = new FileStream(_guard["mail.log"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            await log.WriteAsync(rest, TestContext.Current.CancellationToken);
        var (said, error, code) = _guard.Guard("backup", "backup", "--config", "guard.conf");
        Assert.True(code == 0, error);
        Assert.Contains("backup", said, StringComparison.Ordinal);
        dump?.Invoke();
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, _guard.Guard("backup", "backup", "--config", "guard.conf").Code);
    }

    private async Task GoOnAsync()
    {
        var expected = _guard.Replayed();
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
    }

    public void Dispose() => _guard.Dispose();
}
