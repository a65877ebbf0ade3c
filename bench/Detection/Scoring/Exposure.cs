using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Scoring;

/// <summary>How much ordinary life was watched.</summary>
public static class Exposure
{
    private const double MonthDays = 30;

    /// <summary>From an account's first day to the end of the log, or to its theft.</summary>
    public static double AccountMonths(Simulation simulation)
    {
        var stolenAt = simulation.Takeovers.Where(takeover => takeover.Kind.IsTakeover()).ToDictionary(takeover => takeover.Victim, takeover => takeover.Start / (double)WorldClock.Day);
        return simulation.Population.Accounts.Sum(account => Math.Max(0, stolenAt.GetValueOrDefault(account, simulation.Size.Days) - account.FirstDay)) / MonthDays;
    }
}
