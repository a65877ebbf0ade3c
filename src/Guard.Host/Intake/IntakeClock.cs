using System.Collections.Concurrent;
using Guard.Actors.Entities;

namespace Guard.Host.Intake;

/// <summary>
/// The guard's time: this machine's clock, held back to what a source has read as long as that source has older lines to read. With
/// <c>clock = log</c> it never goes beyond the last line, as for a story that lies in the past.
/// </summary>
public sealed class IntakeClock(TimeProvider time, bool followsLog) : IGuardClock
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _behind = new();
    private long _latest;

    public DateTimeOffset Now
    {
        get
        {
            var now = time.GetUtcNow();
            if (followsLog)
                return new DateTimeOffset(Interlocked.Read(ref _latest), TimeSpan.Zero);
            foreach (var source in _behind.Values)
                now = source < now ? source : now;
            return now;
        }
    }

    /// <summary>This machine's clock; where the log is the clock, its last line, as soon as there is one.</summary>
    public DateTimeOffset Present =>
        followsLog && Interlocked.Read(ref _latest) is > 0 and var latest ? new DateTimeOffset(latest, TimeSpan.Zero) : time.GetUtcNow();

    /// <summary>This machine's clock; where the log is the clock there is no bound: its stamps are all there is.</summary>
    public DateTimeOffset Latest => followsLog ? DateTimeOffset.MaxValue : time.GetUtcNow();

    /// <summary>A source has read up to this time and has more to read.</summary>
    public void Behind(string source, DateTimeOffset at)
    {
        _behind[source] = at;
        Advance(at);
    }

    /// <summary>A source has read everything there is.</summary>
    public void CaughtUp(string source, DateTimeOffset? last)
    {
        if (last is { } at)
            Advance(at);
        _behind.TryRemove(source, out _);
    }

    private void Advance(DateTimeOffset at)
    {
        long seen;
        while ((seen = Interlocked.Read(ref _latest)) < at.UtcTicks)
        {
            if (Interlocked.CompareExchange(ref _latest, at.UtcTicks, seen) == seen)
                return;
        }
    }
}
