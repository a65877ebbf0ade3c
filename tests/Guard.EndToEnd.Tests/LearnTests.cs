using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>Old logs taken in before the first run.</summary>
public sealed class LearnTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    [Fact]
    public async Task Learning_that_was_killed_goes_on_where_it_was_and_a_second_run_counts_nothing_twice()
    {
        _guard.Configure("data", 4885, "accountguard.intake.logs.files = []");
        var log = _guard.DemoLog();
        // A rotated set: the older half packed, cut in the middle of what belongs together.
        var cut = Array.IndexOf(log, (byte)'\n', log.Length / 2) + 1;
        await using (var packed = new GZipStream(File.Create(_guard["mail.log.2.gz"]), CompressionLevel.Fastest))
            await packed.WriteAsync(log.AsMemory(0, cut), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_guard["mail.log.1"], log[cut..], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_guard["mail.log"], log, TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();

        using (
            var killed = Process.Start(
                new ProcessStartInfo(GuardProgram.Program, ["learn", "--config", "guard.conf", "mail.log.1", "mail.log.2.gz"])
                {
                    WorkingDirectory = _guard.Directory,
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!
        )
        {
            await GuardProgram.UntilAsync(() => File.Exists(_guard["data/accountguard.db"]) || killed.HasExited, () => "it did not start");
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        for (var run = 0; run < 2; run++)
        {
            var (text, error, code) = _guard.Guard("learn", "--config", "guard.conf", "mail.log.1", "mail.log.2.gz");
            Assert.True(code == 0, error);
            Assert.Contains(run == 0 ? "accounts were taken" : "accounts were left out", text, StringComparison.Ordinal);
        }
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{_guard.Totals()}, not {expected}: {_guard.Heard}");
    }

    [Fact]
    public async Task What_the_guard_has_read_itself_is_not_learnt_again_when_it_is_rotated_and_while_it_runs_nothing_is_learnt()
    {
        _guard.Configure("data", 4887);
        var log = _guard.DemoLog();
        var cut = Array.IndexOf(log, (byte)'\n', log.Length / 2) + 1;
        await File.WriteAllBytesAsync(_guard["mail.log"], log, TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        var running = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => _guard.Heard);

        // The first half has been rotated away since.
        await File.WriteAllBytesAsync(_guard["old.log.1"], log[..cut], TestContext.Current.CancellationToken);
        var (_, error, code) = _guard.Guard("learn", "--config", "guard.conf", "old.log.1");
        Assert.Equal(1, code);
        // What to paste, with what was given.
        Assert.EndsWith(
            "\n  systemctl stop accountguard\n  accountguard learn --config guard.conf old.log.1\n  systemctl start accountguard\n",
            error,
            StringComparison.Ordinal
        );

        running.Kill();
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        var (text, complaint, done) = _guard.Guard("learn", "--config", "guard.conf", "--format", "json", "old.log.1");
        Assert.True(done == 0, complaint);
        using (var said = JsonDocument.Parse(text))
        {
            Assert.Equal(0, said.RootElement.GetProperty("observations").GetInt64());
            Assert.True(said.RootElement.GetProperty("known").GetInt64() > 100, text);
        }
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{_guard.Totals()}, not {expected}");
    }

    [Fact]
    public void A_log_that_the_guard_follows_is_not_learnt_as_well()
    {
        _guard.Configure("data", 4886);
        File.WriteAllText(_guard["mail.log"], "");
        var (_, error, code) = _guard.Guard("learn", "--config", "guard.conf", "mail.log");
        Assert.Equal(2, code);
        Assert.Contains("would count twice", error, StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
