using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Scoring;

/// <summary>How much ordinary life was watched.</summary>
public static class Exposure
{
    private const double MonthDays = 30;

    /// <summary>An account's first days, in which no guard can know it.</summary>
    public const int EarlyDays = 14;

    /// <summary>From an account's first day to the end of the log, or to its theft.</summary>
    public static double AccountMonths(Simulation simulation)
    {
        return Months(simulation, int.MaxValue);
    }

    /// <summary>The part of it that lies in the accounts' first days.</summary>
    public static double EarlyMonths(Simulation simulation) => Months(simulation, EarlyDays);

    /// <summary>The account-months between two days in which accounts were not learnt any more: before, they raise no alarm.</summary>
    /// <param name="to">The first day behind it.</param>
    public static double Learnt(Simulation simulation, int from, int to) =>
        simulation.Population.Accounts.Sum(account => Math.Max(0, to - Math.Max(from, account.FirstDay + EarlyDays))) / MonthDays;

    private static double Months(Simulation simulation, int most)
    {
        var stolenAt = simulation
            .Takeovers.Where(takeover => takeover.Kind.IsTakeover())
            .ToDictionary(takeover => takeover.Victim, takeover => takeover.Start / (double)WorldClock.Day);
        return simulation.Population.Accounts.Sum(account => Math.Clamp(stolenAt.GetValueOrDefault(account, simulation.Size.Days) - account.FirstDay, 0, most))
            / MonthDays;
    }
}
