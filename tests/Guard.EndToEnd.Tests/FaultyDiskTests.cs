using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>A disk that fails while the guard runs (EIO), and databases whose write-ahead log lost its end.</summary>
public sealed class FaultyDiskTests : IDisposable
{
    private static readonly string Source = Path.Combine(GuardProgram.Root, "tests", "Guard.EndToEnd.Tests", "FaultyDisk.c");

    private readonly GuardProgram _guard = new();

    public void Dispose() => _guard.Dispose();

    private string Trigger => _guard["faulty"];

    private void Build()
    {
        Requirement.That(File.Exists("/usr/bin/gcc"), "gcc is not installed (apt-get install gcc libc6-dev)");
        _guard.Must("gcc", "-shared", "-fPIC", "-O1", "-o", _guard["faulty.so"], Source, "-ldl");
    }

    [Theory]
    [InlineData("accountguard.db", 4883)]
    [InlineData("console.db", 4884)]
    public async Task A_database_that_cannot_be_read_or_written_for_a_while_ends_nothing_and_all_is_counted_once_behind_it(string file, int port)
    {
        Build();
        _guard.Configure(_guard["data"], port);
        await File.WriteAllBytesAsync(_guard["mail.log"], [], TestContext.Current.CancellationToken);
        var process = _guard.StartIn("env", $"LD_PRELOAD={_guard["faulty.so"]}", $"FAULT_TRIGGER={Trigger}", $"FAULT_FILE={file}");
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        var before = _guard.Heard.Length;
        await File.WriteAllTextAsync(Trigger, "", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        await GuardProgram.UntilAsync(
            () => _guard.Heard[before..].Contains("disk I/O error", StringComparison.Ordinal),
            () => "nothing was said of a faulty disk: " + _guard.Heard
        );
        Assert.False(process.HasExited, _guard.Heard);

        File.Delete(Trigger);
        var expected = _guard.Replayed();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
        _guard.Must("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("accountguard.db", 4885)]
    [InlineData("console.db", 4886)]
    public async Task A_write_ahead_log_that_lost_its_end_costs_nothing_that_a_log_still_tells(string file, int port)
    {
        _guard.Configure(_guard["data"], port);
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
        // Its checkpoint is stored behind the journal, within a second or so.
        await GuardProgram.UntilAsync(() => Directory.EnumerateFiles(_guard["data/intake"]).Any(), () => "no checkpoint was stored");
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var wal = _guard[$"data/{file}-wal"];
        Assert.True(File.Exists(wal), "there is no write-ahead log");
        await using (var stream = new FileStream(wal, FileMode.Open))
            stream.SetLength((stream.Length * 2 / 5) + 123);

        var again = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
        Assert.False(again.HasExited, _guard.Heard);
        _guard.Must("kill", "-TERM", $"{again.Id}");
        await again.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, again.ExitCode);
    }
}
