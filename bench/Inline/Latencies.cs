namespace Guard.Bench.Inline;

/// <summary>Milliseconds of many answers.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    public Latencies(double[] times)
    {
        _sorted = times;
        Array.Sort(_sorted);
    }

    public static Latencies Of(IEnumerable<Latencies> parts) => new([.. parts.SelectMany(part => part._sorted)]);

    public int Count => _sorted.Length;

    public double Worst => _sorted[^1];

    /// <param name="share">0.99 for the time within which 99 of 100 were answered.</param>
    public double At(double share) => _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];
}

/// <summary>One server on so many connections.</summary>
/// <param name="Used">Processor time of the server meanwhile.</param>
internal sealed record Measured(string Server, int Connections, Latencies Times, TimeSpan Length, TimeSpan Used)
{
    public double MicrosecondsEach => Used.TotalMicroseconds / Times.Count;

    public double PerSecond => Times.Count / Length.TotalSeconds;
}
