namespace Guard.Actors.Policies;

/// <summary>
/// What a score costs in wrong alarms: incidents of ordinary life that reach it, per 1,000 account-months, as
/// <c>bench/Detection calibrate --seeds validate --runs 3</c> measured them over 21,554 account-months. Rarer ones are extrapolated. Real servers differ: in the
/// worlds of <c>docs/detection/worlds.md</c> the score for 5 lets some 7.5 through.
/// </summary>
public static class WrongAlarms
{
    /// <summary>Scores in bits, and wrong incidents per 1,000 account-months at or above them.</summary>
    private static readonly (double Bits, double Rate)[] Measured =
    [
        (10, 23.661),
        (11, 17.212),
        (12, 10.764),
        (13, 7.191),
        (14, 5.521),
        (15, 3.99),
        (16, 3.201),
        (18, 0.928),
        (20, 0.51),
        (22, 0.232),
        (24, 0.046),
    ];

    /// <summary>The score at or above which at most <paramref name="rate"/> wrong incidents per 1,000 account-months are expected.</summary>
    public static double ScoreFor(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        if (rate >= Measured[0].Rate)
            return Measured[0].Bits;
        for (var i = 1; i < Measured.Length; i++)
        {
            if (rate >= Measured[i].Rate)
                return Round(Between(Measured[i - 1], Measured[i], rate));
        }
        return Round(Between(Measured[^2], Measured[^1], rate));
    }

    /// <summary>Rates fall about exponentially with the score.</summary>
    private static double Between((double Bits, double Rate) lower, (double Bits, double Rate) higher, double rate) =>
        lower.Bits + (higher.Bits - lower.Bits) * Math.Log(lower.Rate / rate) / Math.Log(lower.Rate / higher.Rate);

    private static double Round(double bits) => Math.Ceiling(bits * 10) / 10;
}
