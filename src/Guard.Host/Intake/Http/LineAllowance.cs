using System.Collections.Frozen;
using System.Threading.RateLimiting;
using Guard.Host.Configuration;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Intake.Http;

/// <summary>How many lines each token may still tell now: a stream that is too fast is slowed down before it is work.</summary>
internal sealed class LineAllowance : IDisposable
{
    private readonly FrozenDictionary<string, TokenBucketRateLimiter> _buckets;

    public LineAllowance(HttpIntakeSettings settings) =>
        _buckets = settings.Tokens.ToFrozenDictionary(
            token => token.Name,
            _ => new TokenBucketRateLimiter(
                new TokenBucketRateLimiterOptions
                {
                    // A batch of the greatest size must fit, or it could never be told.
                    TokenLimit = Math.Max(settings.MaxLines, settings.LinesPerSecond),
                    TokensPerPeriod = settings.LinesPerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                    AutoReplenishment = true,
                }
            )
        );

    /// <exception cref="ApiRefusedException">Too many lines within a short time.</exception>
    public void Take(ApiToken token, int lines)
    {
        using var lease = _buckets[token.Name].AttemptAcquire(lines);
        if (lease.IsAcquired)
            return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        throw new ApiRefusedException(StatusCodes.Status429TooManyRequests, "more lines a second than this token may tell", wait);
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
            bucket.Dispose();
    }
}
