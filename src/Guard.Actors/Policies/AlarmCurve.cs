using System.Collections.Immutable;

namespace Guard.Actors.Policies;

/// <summary>
/// Wrong alarms by score on one installation: what <see cref="WrongAlarms"/> expects of any, corrected by what its own weeks showed. The more account-months
/// were watched, the less the expectation counts: it weighs as much as <see cref="PriorMonths"/> (the mean of a gamma distribution after Poisson counts).
/// </summary>
/// <param name="AccountMonths">Thirty days of one account each, watched.</param>
/// <param name="Above">Incidents of ordinary life whose highest score was at least <see cref="WrongAlarms.Least"/>, one bit more, and so on.</param>
public sealed record AlarmCurve(double AccountMonths, ImmutableArray<int> Above)
{
    /// <summary>What the expectation weighs.</summary>
    public const double PriorMonths = 100;

    /// <summary>Bits by which an installation's own weeks may lower and raise a score: what thieves do who are never called thieves raises it, too.</summary>
    public const double MostLower = 4;

    public const double MostHigher = 6;

    /// <summary>Nothing was watched.</summary>
    public static AlarmCurve Expected { get; } = new(0, []);

    /// <summary>What was watched says more than what is expected.</summary>
    public bool IsKnown => AccountMonths >= PriorMonths;

    /// <param name="peaks">The highest score of each incident.</param>
    public static AlarmCurve Of(double accountMonths, IEnumerable<double> peaks)
    {
        var above = new int[WrongAlarms.Most - WrongAlarms.Least + 1];
        foreach (var peak in peaks)
        {
            for (var i = 0; i < above.Length && WrongAlarms.Least + i <= peak; i++)
                above[i]++;
        }
        return new AlarmCurve(accountMonths, [.. above]);
    }

    /// <summary>Wrong incidents per 1,000 account-months at or above a score.</summary>
    public double RateAt(int bits)
    {
        var seen = Above.IsDefaultOrEmpty ? 0 : Above[Math.Clamp(bits - WrongAlarms.Least, 0, Above.Length - 1)];
        return (1000 * seen + PriorMonths * WrongAlarms.RateAt(bits)) / (AccountMonths + PriorMonths);
    }

    /// <summary>The score, to a tenth, at or above which at most <paramref name="rate"/> wrong incidents per 1,000 account-months are expected.</summary>
    public double ScoreFor(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        var expected = Expected.Reach(rate);
        return Math.Clamp(Reach(rate), Math.Max(WrongAlarms.Least, expected - MostLower), expected + MostHigher);
    }

    private double Reach(double rate)
    {
        var (lower, lowerRate) = (WrongAlarms.Least, RateAt(WrongAlarms.Least));
        if (rate >= lowerRate)
            return lower;
        for (var bits = lower + 1; bits <= WrongAlarms.Most; bits++)
        {
            var higherRate = RateAt(bits);
            if (rate >= higherRate)
                return Math.Ceiling(10 * (lower + Math.Log(lowerRate / rate) / Math.Log(lowerRate / higherRate))) / 10;
            (lower, lowerRate) = (bits, higherRate);
        }
        return WrongAlarms.Most;
    }
}
