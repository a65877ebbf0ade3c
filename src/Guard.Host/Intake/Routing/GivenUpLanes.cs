using System.Diagnostics;

namespace Guard.Host.Intake.Routing;

/// <summary>Entities that did not answer, and are left alone for a while; then they are tried again.</summary>
internal sealed class GivenUpLanes<TKey>
    where TKey : notnull
{
    private const int Max = 10_000;

    private readonly Dictionary<TKey, long> _since = [];

    public void Add(TKey key)
    {
        if (_since.Count >= Max)
            _since.Clear();
        _since[key] = Stopwatch.GetTimestamp();
    }

    public bool Contains(TKey key)
    {
        if (_since.Count == 0 || !_since.TryGetValue(key, out var since))
            return false;
        if (Stopwatch.GetElapsedTime(since) < GivenUpLanes.For)
            return true;
        _since.Remove(key);
        return false;
    }
}

internal static class GivenUpLanes
{
    /// <summary>How long nothing is told.</summary>
    public static TimeSpan For { get; } = TimeSpan.FromMinutes(10);
}
