namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>How fast sources bring lines, from counts that only grow: over the last five minutes as far as somebody looked. Safe to use from any thread.</summary>
internal sealed class LineRates(TimeProvider time)
{
    private const int MaxSources = 1000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Less says nothing yet.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly Lock _looking = new();
    private readonly Dictionary<(string Node, string Source), Queue<(DateTimeOffset At, long Count)>> _seen = [];

    /// <returns>Lines a minute; null while it is not known.</returns>
    public double? PerMinute(string node, string source, long count)
    {
        var now = time.GetUtcNow();
        lock (_looking)
        {
            if (!_seen.TryGetValue((node, source), out var samples))
            {
                if (_seen.Count >= MaxSources)
                    _seen.Clear();
                _seen[(node, source)] = samples = new Queue<(DateTimeOffset, long)>();
            }
            // A node that was started again counts anew.
            if (samples.Count > 0 && samples.Last().Count > count)
                samples.Clear();
            while (samples.Count > 1 && now - samples.Peek().At > Window)
                samples.Dequeue();
            if (samples.Count == 0 || now - samples.Last().At >= Between)
                samples.Enqueue((now, count));
            var (at, before) = samples.Peek();
            return now - at < Least ? null : Math.Round((count - before) / (now - at).TotalMinutes, 1);
        }
    }
}
