namespace Guard.Actors.Sites;

/// <summary>How often something happens, faded: what is two weeks old counts half. Pure.</summary>
/// <param name="Count">How often it happened.</param>
/// <param name="Hours">In how many hours.</param>
/// <param name="At">Of the latest, or since when it is counted, milliseconds since 1970; 0 before anything is counted.</param>
public readonly record struct TurnRate(double Count, double Hours, long At)
{
    private const double HalfLifeHours = 14 * 24;

    /// <summary>What is taken for known before anything is: once a day.</summary>
    private const double PriorHours = 24;

    private const double HourMilliseconds = 3_600_000;

    /// <summary>Over so many hours nothing can be said of what is usual yet.</summary>
    public bool IsKnownAt(long at) => Passed(at).Hours >= PriorHours / 2;

    public static TurnRate Begin(long at) => new(0, 0, Math.Max(1, at));

    /// <param name="at">Milliseconds since 1970; an earlier one counts as of the latest.</param>
    public TurnRate See(long at)
    {
        var before = At == 0 ? Begin(at) : Passed(at);
        return before with { Count = before.Count + 1 };
    }

    /// <param name="besides">Of them so many that are not to be taken as usual.</param>
    /// <returns>How many an hour are usual.</returns>
    public double Hourly(int besides) => (Math.Max(0, Count - besides) + 1) / (Hours + PriorHours);

    private TurnRate Passed(long at)
    {
        var hours = Math.Max(0, (at - At) / HourMilliseconds);
        var fade = Math.Exp(-Math.Log(2) / HalfLifeHours * hours);
        return new TurnRate(Count * fade, (Hours * fade) + ((1 - fade) * HalfLifeHours / Math.Log(2)), Math.Max(At, at));
    }

    /// <summary>How likely it is that chance brings so many at least where so many are expected (Poisson).</summary>
    public static double Chance(int count, double expected)
    {
        var (term, below) = (Math.Exp(-expected), 0.0);
        for (var k = 0; k < count; k++)
        {
            below += term;
            term *= expected / (k + 1);
        }
        // Far out the sum is one but for rounding: the first terms of the tail are all of it.
        if (below < 0.999)
            return 1 - below;
        var tail = 0.0;
        for (var k = count; k < count + 64; k++)
        {
            tail += term;
            term *= expected / (k + 1);
        }
        return tail;
    }
}
