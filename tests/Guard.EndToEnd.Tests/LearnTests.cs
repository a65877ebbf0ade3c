using System.Diagnostics;
using System.IO.Compression;
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
                new ProcessStartInfo(
                    Path.Combine(GuardProgram.Root, "bin", "publish", "accountguard"),
                    ["learn", "--config", "guard.conf", "mail.log.1", "mail.log.2.gz"]
                )
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
            Assert.Contains("of 9 accounts", text, StringComparison.Ordinal);
        }
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Totals() != default, () => _guard.Heard);
        Assert.Equal(expected, _guard.Totals());
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
