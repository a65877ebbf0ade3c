using System.Globalization;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Baselines;
using Guard.Bench.Detection.Scoring;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Reporting;

/// <summary>The guard beside simpler ways, each with the best threshold for the same number of wrong alarms.</summary>
public static class ComparisonText
{
    private static readonly double[] RoundThresholds = [2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 80, 100, 150, 200, 300, 500, 1000, 2000];

    public static void Write(TextWriter output, IReadOnlyList<Sweep> sweeps, IReadOnlyList<RunScore> runs)
    {
        foreach (var rung in new[] { Rung.Reported, Rung.Restricted, Rung.Suspended })
            Budget(output, rung, sweeps, runs);
        foreach (var sweep in sweeps)
            Thresholds(output, sweep);
    }

    /// <summary>Some round thresholds of one way, however late it notices.</summary>
    private static void Thresholds(TextWriter output, Sweep sweep)
    {
        output.WriteLine($"### {sweep.Name}");
        output.WriteLine();
        output.WriteLine($"| threshold, {sweep.Unit} | caught early | caught at all | wrong |");
        output.WriteLine("|---:|---:|---:|---:|");
        foreach (var threshold in RoundThresholds.Where(threshold => threshold <= sweep.Early.Max(early => early.Ever)))
            output.WriteLine(
                $"| {Number(threshold)} | {Percent(sweep.At(threshold).Caught)} | {Percent(sweep.CaughtEver(threshold))} | {Number(sweep.At(threshold).Wrong)} |"
            );
        output.WriteLine();
    }

    private static void Budget(TextWriter output, Rung rung, IReadOnlyList<Sweep> sweeps, IReadOnlyList<RunScore> runs)
    {
        var guard = GuardPoint.Of(rung, runs);
        var kinds = TakeoverKinds.All.Where(kind => kind.IsTakeover()).ToList();
        output.WriteLine(
            $"### At the rate of wrong alarms of rung {rung.ToString().ToLowerInvariant()}: {Number(guard.Wrong)} account-days per 1,000 account-months"
        );
        output.WriteLine();
        output.WriteLine($"| | threshold | wrong | caught early | {string.Join(" | ", kinds.Select(kind => kind.Name()))} |");
        output.WriteLine($"|---|---:|---:|---:|{string.Concat(kinds.Select(_ => "---:|"))}");
        output.WriteLine(
            $"| **AccountGuard** | | {Number(guard.Wrong)} | **{Percent(guard.Caught)}** | {string.Join(" | ", kinds.Select(kind => Share(GuardPoint.CaughtOf(kind, rung, runs))))} |"
        );
        foreach (var sweep in sweeps)
        {
            output.WriteLine(
                sweep.Within(guard.Wrong) is { } best
                    ? $"| {sweep.Name} | {Number(best.Threshold)} {sweep.Unit} | {Number(best.Wrong)} | {Percent(best.Caught)} | {string.Join(" | ", kinds.Select(kind => Share(sweep.CaughtOf(kind, best.Threshold))))} |"
                    : $"| {sweep.Name} | none | | 0 % | {string.Join(" | ", kinds.Select(_ => "0 %"))} |"
            );
        }
        output.WriteLine();
    }

    private static string Share((int Caught, int All) of) => of.All == 0 ? "-" : Percent(of.Caught / (double)of.All);

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
