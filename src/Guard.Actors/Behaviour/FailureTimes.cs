namespace Guard.Actors.Behaviour;

/// <summary>
/// When logins failed, for windows of any length up to a day. Exact for the last few dozen different seconds; beyond that neighbours are joined at the earlier
/// one's time, so that a window never counts what lies outside it. Immutable and bounded.
/// </summary>
public sealed class FailureTimes
{
    public const int MaxSeconds = 48;

    /// <summary>What is older than this is forgotten, seconds.</summary>
    public const long Day = 86_400;

    private readonly uint[] _seconds;
    private readonly ushort[] _counts;

    private FailureTimes(uint[] seconds, ushort[] counts) => (_seconds, _counts) = (seconds, counts);

    public static FailureTimes None { get; } = new([], []);

    public ReadOnlySpan<uint> Seconds => _seconds;

    public ReadOnlySpan<ushort> Counts => _counts;

    /// <summary>The latest, seconds since 1970; 0 when there is none.</summary>
    public long Last => _seconds.Length == 0 ? 0 : _seconds[^1];

    /// <summary>Reads what was stored; odd forms yield what of them makes sense.</summary>
    public static FailureTimes Of(IReadOnlyList<uint> seconds, IReadOnlyList<uint> counts)
    {
        var times = None;
        for (var i = 0; i < Math.Min(seconds.Count, counts.Count); i++)
            times = times.Add(seconds[i], (int)Math.Min(counts[i], ushort.MaxValue));
        return times;
    }

    public FailureTimes Add(long second, int count = 1)
    {
        var at = (uint)Math.Clamp(second, 1, uint.MaxValue);
        var kept = 0;
        while (kept < _seconds.Length && _seconds[kept] + Day < Math.Max(at, _seconds[^1]))
            kept++;
        var index = Array.BinarySearch(_seconds, kept, _seconds.Length - kept, at);
        if (index >= 0)
        {
            var raised = _counts[kept..];
            raised[index - kept] = Sum(raised[index - kept], count);
            return new FailureTimes(kept == 0 ? _seconds : _seconds[kept..], raised);
        }
        index = ~index;
        uint[] seconds = [.. _seconds.AsSpan(kept, index - kept), at, .. _seconds.AsSpan(index)];
        ushort[] counts = [.. _counts.AsSpan(kept, index - kept), Sum(0, count), .. _counts.AsSpan(index)];
        return seconds.Length <= MaxSeconds ? new FailureTimes(seconds, counts) : Joined(seconds, counts);
    }

    /// <summary>How many failed within the time that ends now.</summary>
    /// <param name="second">Now, seconds since 1970. What lies behind it is not counted.</param>
    public int Within(long second, TimeSpan window)
    {
        var from = second - (long)window.TotalSeconds;
        var sum = 0;
        for (var i = _seconds.Length - 1; i >= 0 && _seconds[i] > from; i--)
        {
            if (_seconds[i] <= second)
                sum += _counts[i];
        }
        return sum;
    }

    private static FailureTimes Joined(uint[] seconds, ushort[] counts)
    {
        // The closest neighbours, as seen from the end: what happened long ago need not be known to the second.
        var best = 1;
        var bestGap = double.MaxValue;
        for (var i = 1; i < seconds.Length; i++)
        {
            var gap = (seconds[i] - seconds[i - 1]) / (1.0 + seconds[^1] - seconds[i - 1]);
            if (gap < bestGap)
                (best, bestGap) = (i, gap);
        }
        counts[best - 1] = Sum(counts[best - 1], counts[best]);
        return new FailureTimes([.. seconds.AsSpan(0, best), .. seconds.AsSpan(best + 1)], [.. counts.AsSpan(0, best), .. counts.AsSpan(best + 1)]);
    }

    private static ushort Sum(int a, int b) => (ushort)Math.Min(ushort.MaxValue, a + b);
}
