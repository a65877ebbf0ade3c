namespace Guard.Bench.Detection.Scoring;

/// <summary>95 % intervals: a figure from a dozen cases is not a figure without one.</summary>
public static class Intervals
{
    private const double Z = 1.959964;

    /// <summary>Wilson's score interval of a share (Wilson 1927).</summary>
    public static (double Low, double High) Wilson(int hits, int all)
    {
        if (all == 0)
            return (0, 1);
        var p = hits / (double)all;
        var z2 = Z * Z;
        var centre = (p + z2 / (2 * all)) / (1 + z2 / all);
        var half = Z / (1 + z2 / all) * Math.Sqrt(p * (1 - p) / all + z2 / (4.0 * all * all));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>The mean of the worst tenth, rounded up to at least one; 0 of none.</summary>
    public static double WorstTenth(IReadOnlyCollection<double> figures, bool largeIsWorse) =>
        (largeIsWorse ? figures.OrderDescending() : figures.Order()).Take(Math.Max(1, (figures.Count + 9) / 10)).DefaultIfEmpty(0).Average();

    /// <summary>Interval of a Poisson count, by Byar's approximation of the exact one; 0 has the exact upper end.</summary>
    public static (double Low, double High) Poisson(int count)
    {
        var low = count == 0 ? 0 : count * Math.Pow(1 - 1.0 / (9 * count) - Z / (3 * Math.Sqrt(count)), 3);
        var next = count + 1.0;
        var high = count == 0 ? 3.689 : next * Math.Pow(1 - 1 / (9 * next) + Z / (3 * Math.Sqrt(next)), 3);
        return (low, high);
    }
}
