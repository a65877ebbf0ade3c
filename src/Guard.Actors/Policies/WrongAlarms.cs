namespace Guard.Actors.Policies;

/// <summary>
/// What a score costs in wrong alarms on any installation: incidents of ordinary life that reach it, per 1,000 account-months, over 24 worlds
/// (<c>bench/Detection calibration --seeds tune --runs 24 --days 120</c>, 11,228 account-months; beyond 29 bits nothing was seen). Worlds differ by ten times, so
/// that it is only what is expected before an installation's own weeks are known (<see cref="AlarmCurve"/>).
/// </summary>
public static class WrongAlarms
{
    /// <summary>Lower scores are of no interest: daily life has them.</summary>
    public const int Least = 6;

    /// <summary>The highest score that a rate can mean.</summary>
    public const int Most = 40;

    /// <summary>Scores in bits, and wrong incidents per 1,000 account-months at or above them. The steps below 20 and 30 are those of evidence that is kept below
    /// a restriction and a lock.</summary>
    private static readonly (int Bits, double Rate)[] Measured =
    [
        (6, 228),
        (7, 113),
        (8, 68),
        (9, 38),
        (10, 22),
        (11, 13.6),
        (12, 9.1),
        (13, 7),
        (14, 6),
        (16, 4.6),
        (18, 3.9),
        (19, 3.5),
        (20, 1.2),
        (24, 1),
        (29, 0.8),
        (30, 0.1),
        (40, 0.01),
    ];

    /// <summary>Wrong incidents per 1,000 account-months at or above a score; rates fall about exponentially between those that were measured.</summary>
    public static double RateAt(int bits)
    {
        bits = Math.Clamp(bits, Least, Most);
        var i = 1;
        while (Measured[i].Bits < bits)
            i++;
        var (lower, higher) = (Measured[i - 1], Measured[i]);
        return lower.Rate * Math.Pow(higher.Rate / lower.Rate, (bits - lower.Bits) / (double)(higher.Bits - lower.Bits));
    }
}
