using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Baselines;

/// <summary>The guard measured like the others: one point for each of its rungs, as its thresholds are the policy's.</summary>
/// <param name="Caught">Share of thieves that met the rung before their fiftieth mail.</param>
/// <param name="Wrong">Ordinary account-days with a rise to the rung or beyond, per 1,000 account-months.</param>
public sealed record GuardPoint(Rung Rung, double Caught, double Wrong)
{
    public static GuardPoint Of(Rung rung, IReadOnlyList<RunScore> runs)
    {
        var outcomes = runs.SelectMany(run => run.Outcomes).ToList();
        var days = runs.SelectMany(run => run.Wrong)
            .Where(one => one.Finding.To >= rung)
            .Select(one => (one.Seed, one.Finding.User, one.Finding.At / WorldClock.Day))
            .Distinct()
            .Count();
        return new GuardPoint(
            rung,
            outcomes.Count(outcome => IsEarly(outcome, rung)) / (double)outcomes.Count,
            1000 * days / runs.Sum(run => run.AccountMonths)
        );
    }

    public static (int Caught, int All) CaughtOf(TakeoverKind kind, Rung rung, IReadOnlyList<RunScore> runs)
    {
        var outcomes = runs.SelectMany(run => run.Outcomes).Where(outcome => outcome.Takeover.Kind == kind).ToList();
        return (outcomes.Count(outcome => IsEarly(outcome, rung)), outcomes.Count);
    }

    private static bool IsEarly(Outcome outcome, Rung rung) =>
        (
            rung switch
            {
                Rung.Reported => outcome.Reported,
                Rung.Restricted => outcome.Restricted,
                _ => outcome.Suspended,
            }
        )
            is { Mails: < SweepWatcher.EarlyMails };
}
