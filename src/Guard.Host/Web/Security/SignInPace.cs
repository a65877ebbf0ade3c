using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Security;

/// <summary>
/// Before anything is looked at: so many forms of the sign-in pages a second go on from one network, a few wait, and the rest hears after a while that there are
/// too many. Whoever asks again at once, hundreds at a time, is so held by its own connections, and the threads stay with those who are to be answered.
/// </summary>
internal sealed class SignInPace : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Long after a network has all its forms again.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(1);

    private readonly RestingLimiter<HttpContext> _limiter;
    private readonly Func<CancellationToken, Task> _hold;

    /// <param name="hold">How long a refusal takes.</param>
    /// <param name="replenishes">False: no more than the first ones ever go on, for tests.</param>
    public SignInPace(Func<CancellationToken, Task>? hold = null, bool replenishes = true)
    {
        _hold = hold ?? (cancel => Task.Delay(TimeSpan.FromSeconds(2), cancel));
        _limiter = new RestingLimiter<HttpContext>(() => Limiter(replenishes), Forget, TimeProvider.System);
    }

    /// <summary>Forms of one network that go on at once; an office's people come in the morning.</summary>
    public const int AtOnce = 20;

    private const int PerPeriod = 5;

    public void Use(WebApplication application) => application.Use((http, next) => PassAsync(http, () => next(http)));

    public async Task PassAsync(HttpContext http, Func<Task> next)
    {
        if (!IsForm(http.Request))
        {
            await next().ConfigureAwait(false);
            return;
        }
        using var lease = await _limiter.AcquireAsync(http, http.RequestAborted).ConfigureAwait(false);
        if (lease.IsAcquired)
        {
            await next().ConfigureAwait(false);
            return;
        }
        await _hold(http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = "5";
    }

    private static bool IsForm(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && (
            request.Path.StartsWithSegments("/sign-in", StringComparison.Ordinal)
            || request.Path.StartsWithSegments("/set-up", StringComparison.Ordinal)
            || request.Path.StartsWithSegments("/password", StringComparison.Ordinal)
        );

    private static PartitionedRateLimiter<HttpContext> Limiter(bool replenishes) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http =>
            RateLimitPartition.GetTokenBucketLimiter(
                SignInThrottle.NetworkOf(http.Connection.RemoteIpAddress),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = AtOnce,
                    TokensPerPeriod = PerPeriod,
                    ReplenishmentPeriod = Period,
                    QueueLimit = replenishes ? AtOnce : 0,
                    AutoReplenishment = replenishes,
                }
            )
        );

    public void Dispose() => _limiter.Dispose();
}
