using Guard.Bench.Detection.Attacks;

namespace Guard.Bench.Detection.Baselines;

/// <summary>One threshold's outcome.</summary>
/// <param name="Caught">Share of thieves noticed before their fiftieth mail.</param>
/// <param name="Wrong">Alarmed ordinary account-days per 1,000 account-months.</param>
public readonly record struct SweepPoint(double Threshold, double Caught, double Wrong);

/// <summary>A thief's highest scores.</summary>
/// <param name="Score">In time.</param>
/// <param name="Ever">However late.</param>
public readonly record struct ThiefScore(TakeoverKind Kind, double Score, double Ever);

/// <summary>A scorer's results over one or several runs, for any threshold.</summary>
/// <param name="Early">Each thief's scores.</param>
/// <param name="Days">Highest scores of ordinary account-days, sorted.</param>
public sealed record Sweep(string Name, string Unit, IReadOnlyList<ThiefScore> Early, float[] Days, double Months)
{
    public static Sweep Pool(IReadOnlyList<Sweep> runs) =>
        new(runs[0].Name, runs[0].Unit, [.. runs.SelectMany(run => run.Early)], [.. runs.SelectMany(run => run.Days).Order()], runs.Sum(run => run.Months));

    /// <summary>All thresholds at which something changes, strictest first.</summary>
    public IReadOnlyList<SweepPoint> Curve() => [.. Early.Select(early => early.Score).Where(score => score > 0).Distinct().OrderDescending().Select(At)];

    public SweepPoint At(double threshold) => new(threshold, Early.Count(early => early.Score >= threshold) / (double)Early.Count, WrongAt(threshold));

    /// <summary>Share of thieves noticed however late.</summary>
    public double CaughtEver(double threshold) => Early.Count(early => early.Ever >= threshold) / (double)Early.Count;

    /// <summary>The most that is caught with no more wrong alarms than given; null when even the strictest threshold has more.</summary>
    public SweepPoint? Within(double wrong)
    {
        SweepPoint? best = null;
        foreach (var point in Curve())
        {
            if (point.Wrong <= wrong && (best is null || point.Caught > best.Value.Caught))
                best = point;
        }
        return best;
    }

    public (int Caught, int All) CaughtOf(TakeoverKind kind, double threshold) =>
        (Early.Count(early => early.Kind == kind && early.Score >= threshold), Early.Count(early => early.Kind == kind));

    private double WrongAt(double threshold)
    {
        var (low, high) = (0, Days.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Days[middle] < (float)threshold)
                low = middle + 1;
            else
                high = middle;
        }
        return 1000 * (Days.Length - low) / Months;
    }
}
