using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Baselines;
using Guard.Bench.Detection.Scoring;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Reporting;

/// <summary>The plots of the report.</summary>
public static class Plots
{
    /// <summary>How much is caught early against how often owners are disturbed, for every way of noticing.</summary>
    public static string Curves(IReadOnlyList<Sweep> sweeps, IReadOnlyList<GuardPoint> guard)
    {
        var series = sweeps
            .Select(sweep => new Series(sweep.Name, [.. sweep.Curve().OrderBy(point => point.Wrong).Select(point => (point.Wrong, 100 * point.Caught))]))
            .Append(new Series("AccountGuard: its three rungs", [.. guard.Select(point => (point.Wrong, 100 * point.Caught))], Marks: true));
        return new LinePlot(
            "Thieves noticed before their 50th mail",
            Axis.Decades("alarmed ordinary account-days per 1,000 account-months", 0.1, 100_000),
            Axis.Percent("% of takeovers")
        ).Draw([.. series]);
    }

    /// <summary>Share of thieves of each kind that are restricted after so many mails.</summary>
    public static string MailsUntilRestricted(IReadOnlyList<RunScore> runs)
    {
        var outcomes = runs.SelectMany(run => run.Outcomes).ToList();
        var series = new List<Series>();
        foreach (var kind in TakeoverKinds.All.Where(kind => kind.IsTakeover() && kind != TakeoverKind.MailboxReading))
        {
            var of = outcomes.Where(outcome => outcome.Takeover.Kind == kind).ToList();
            if (of.Count == 0)
                continue;
            var points = new List<(double, double)> { (1, 0) };
            var restricted = 0;
            foreach (var mails in of.Where(outcome => outcome.Restricted is not null).Select(outcome => outcome.Restricted!.Value.Mails + 1).Order())
            {
                points.Add((mails, 100.0 * restricted / of.Count));
                points.Add((mails, 100.0 * ++restricted / of.Count));
            }
            points.Add((10_000, 100.0 * restricted / of.Count));
            series.Add(new Series(kind.Name(), points));
        }
        return new LinePlot("Restricted at which mail of the thief", Axis.Decades("mail of the thief", 1, 10_000), Axis.Percent("% of takeovers")).Draw(series);
    }

    public static IReadOnlyList<GuardPoint> GuardPoints(IReadOnlyList<RunScore> runs) =>
        [GuardPoint.Of(Rung.Suspended, runs), GuardPoint.Of(Rung.Restricted, runs), GuardPoint.Of(Rung.Reported, runs)];
}
