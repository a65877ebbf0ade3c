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

    // Most addresses that fail did so in one second only: that needs no tables.
    private readonly uint _second;
    private readonly ushort _count;
    private readonly uint[]? _seconds;
    private readonly ushort[]? _counts;

    private FailureTimes(uint second, ushort count) => (_second, _count) = (second, count);

    private FailureTimes(uint[] seconds, ushort[] counts) => (_seconds, _counts) = (seconds, counts);

    public static FailureTimes None { get; } = new([], []);

    public ReadOnlySpan<uint> Seconds => _seconds ?? new ReadOnlySpan<uint>(in _second);

    public ReadOnlySpan<ushort> Counts => _counts ?? new ReadOnlySpan<ushort>(in _count);

    /// <summary>The latest, seconds since 1970; 0 when there is none.</summary>
    public long Last => Seconds is [.., var last] ? last : 0;

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
        var known = Seconds;
        var often = Counts;
        var kept = 0;
        while (kept < known.Length && known[kept] + Day < Math.Max(at, known[^1]))
            kept++;
        known = known[kept..];
        often = often[kept..];
        if (known.IsEmpty)
            return new FailureTimes(at, Sum(0, count));
        var index = known.BinarySearch(at);
        if (index >= 0)
        {
            var raised = Sum(often[index], count);
            if (known.Length == 1)
                return new FailureTimes(at, raised);
            var counted = often.ToArray();
            counted[index] = raised;
            return new FailureTimes(kept == 0 ? _seconds! : known.ToArray(), counted);
        }
        index = ~index;
        uint[] seconds = [.. known[..index], at, .. known[index..]];
        ushort[] counts = [.. often[..index], Sum(0, count), .. often[index..]];
        return seconds.Length <= MaxSeconds ? new FailureTimes(seconds, counts) : Joined(seconds, counts);
    }

    /// <summary>How many failed within the time that ends now.</summary>
    /// <param name="second">Now, seconds since 1970. What lies behind it is not counted.</param>
    public int Within(long second, TimeSpan window)
    {
        var seconds = Seconds;
        var counts = Counts;
        var from = second - (long)window.TotalSeconds;
        var sum = 0;
        for (var i = seconds.Length - 1; i >= 0 && seconds[i] > from; i--)
        {
            if (seconds[i] <= second)
                sum += counts[i];
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
