namespace Guard.Host.Running;

/// <summary>What a node looks at every now and then.</summary>
internal sealed class NodeTimers : IAsyncDisposable
{
    private readonly List<Timer> _timers = [];

    public void Every(TimeSpan time, Action look) => _timers.Add(new Timer(_ => look(), null, time, time));

    public async ValueTask DisposeAsync()
    {
        foreach (var timer in _timers)
            await timer.DisposeAsync().ConfigureAwait(false);
    }
}
