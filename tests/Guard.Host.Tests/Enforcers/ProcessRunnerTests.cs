using System.Diagnostics;
using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

public sealed class ProcessRunnerTests
{
    private readonly ProcessRunner _runner = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are_and_no_shell_reads_them()
    {
        var outcome = await _runner.Run(new ProcessRequest("printf", "%s|", "a b", "$(id)", "; ls", "*", "'\"\\", ""), Cancellation);
        Assert.Equal("a b|$(id)|; ls|*|'\"\\||", outcome.Output);
    }

    [Fact]
    public async Task Input_and_output_larger_than_a_pipe_pass_through()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcdef\n", 40_000));
        Assert.Equal(text, (await _runner.Run(new ProcessRequest("cat") { Input = text }, Cancellation)).Output);
        var lines = 0;
        await _runner.Run(new ProcessRequest("cat") { Input = text, OnLine = _ => lines++ }, Cancellation);
        Assert.Equal(40_000, lines);
    }

    [Fact]
    public async Task What_takes_too_long_is_ended_with_its_children()
    {
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<EnforcementException>(() =>
            _runner.Run(new ProcessRequest("sh", "-c", "sleep 60 & sleep 60") { Timeout = TimeSpan.FromMilliseconds(200) }, Cancellation)
        );
        Assert.Equal("sh did not finish within 0.2 s and was ended", failure.Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_says_too_much_is_ended_at_once()
    {
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => _runner.Run(new ProcessRequest("yes") { OutputLimit = 1000 }, Cancellation));
        Assert.Equal("yes wrote more than 1000 characters and was ended", failure.Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_program_that_ends_without_reading_its_input_is_no_failure_of_ours() =>
        Assert.Equal(0, (await _runner.Run(new ProcessRequest("true") { Input = new string('x', 1 << 20) }, Cancellation)).ExitCode);

    [Fact]
    public async Task A_missing_nft_is_named_with_its_package() =>
        Assert.Contains(
            "install the package nftables",
            (
                await Assert.ThrowsAsync<EnforcementException>(() =>
                    new NftablesBackend(_runner, TimeProvider.System, "nft-that-is-not-there").List(Cancellation)
                )
            ).Message,
            StringComparison.Ordinal
        );
}
