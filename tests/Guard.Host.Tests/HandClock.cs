namespace Guard.Host.Tests;

/// <summary>Goes on when it is told to; its timers tick once for each time that it is.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly List<HandTimer> _timers = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by)
    {
        _ticks += by.Ticks;
        foreach (var timer in _timers.ToArray())
            timer.Tick();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(_timers, () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    private sealed class HandTimer(List<HandTimer> all, Action tick) : ITimer
    {
        public void Tick() => tick();

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => all.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
