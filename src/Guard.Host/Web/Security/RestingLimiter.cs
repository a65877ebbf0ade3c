using System.Threading.RateLimiting;

namespace Guard.Host.Web.Security;

/// <summary>
/// A limiter by partition that is only there while somebody comes: .NET's looks after its partitions ten times a second for as long as it lives, which is a third of what
/// wakes an idle guard (decision 0043).
/// </summary>
/// <param name="forget">Unused for so long, every partition has all its permits again, and the limiter goes.</param>
internal sealed class RestingLimiter<T>(Func<PartitionedRateLimiter<T>> make, TimeSpan forget, TimeProvider time) : IDisposable
{
    private readonly Lock _changing = new();
    private PartitionedRateLimiter<T>? _limiter;
    private ITimer? _look;
    private long _used;
    private int _asking;
    private bool _ended;

    /// <summary>Whether there is one now.</summary>
    public bool IsThere
    {
        get
        {
            lock (_changing)
                return _limiter is not null;
        }
    }

    public async ValueTask<RateLimitLease> AcquireAsync(T who, CancellationToken cancel)
    {
        var limiter = Enter();
        try
        {
            return await limiter.AcquireAsync(who, 1, cancel).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private PartitionedRateLimiter<T> Enter()
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _asking++;
            _look ??= time.CreateTimer(_ => Look(), null, forget, forget);
            return _limiter ??= make();
        }
    }

    private void Leave()
    {
        lock (_changing)
        {
            _asking--;
            _used = time.GetTimestamp();
        }
    }

    private void Look()
    {
        lock (_changing)
        {
            if (_asking == 0 && time.GetElapsedTime(_used) >= forget)
                End();
        }
    }

    private void End()
    {
        _limiter?.Dispose();
        _look?.Dispose();
        (_limiter, _look) = (null, null);
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _ended = true;
            End();
        }
    }
}
