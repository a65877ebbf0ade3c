using System.Threading.RateLimiting;
using Guard.Host.Web.Security;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What limits is there while somebody comes, and nothing is forgotten that would still hold somebody back.</summary>
public sealed class RestingLimiterSpecs
{
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(1);

    private readonly HandClock _clock = new();
    private int _made;

    private RestingLimiter<string> Limiter(int permits, int queue = 0) =>
        new(
            () =>
            {
                _made++;
                return PartitionedRateLimiter.Create<string, string>(who =>
                    RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = queue })
                );
            },
            Forget,
            _clock
        );

    private static async Task<bool> PassesAsync(RestingLimiter<string> limiter, string who) =>
        // Kept: who has passed stays in.
        (await limiter.AcquireAsync(who, TestContext.Current.CancellationToken)).IsAcquired;

    [Fact]
    public async Task There_is_none_before_the_first_comes_and_none_any_more_when_nobody_came_for_a_while()
    {
        using var limiter = Limiter(1);
        Assert.False(limiter.IsThere);
        Assert.True(await PassesAsync(limiter, "a"));
        _clock.Advance(Forget / 2);
        Assert.False(await PassesAsync(limiter, "a"));
        _clock.Advance(Forget / 2);
        Assert.True(limiter.IsThere);
        Assert.False(await PassesAsync(limiter, "a"));
        _clock.Advance(Forget);
        Assert.False(limiter.IsThere);
        Assert.True(await PassesAsync(limiter, "a"));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task It_does_not_go_while_somebody_waits()
    {
        using var limiter = Limiter(1, queue: 1);
        var first = await limiter.AcquireAsync("a", TestContext.Current.CancellationToken);
        var waits = limiter.AcquireAsync("a", TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(Forget * 3);
        Assert.True(limiter.IsThere);
        first.Dispose();
        Assert.True((await waits).IsAcquired);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task Behind_its_end_nobody_is_let_in()
    {
        var limiter = Limiter(1);
        limiter.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PassesAsync(limiter, "a"));
        Assert.False(limiter.IsThere);
    }
}
