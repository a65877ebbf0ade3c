namespace Guard.Actors.Behaviour;

/// <summary>How many recipients of a day were never written to before, and the most on a day that stayed quiet.</summary>
/// <param name="Proven">The most on an earlier day, which fades by a hundredth a day.</param>
/// <param name="Today">On <paramref name="Day"/>.</param>
/// <param name="All">All recipients on that day.</param>
/// <param name="Day">Days since 1970.</param>
/// <param name="Doubted">A report or more came on that day: it proves nothing.</param>
/// <param name="AtOneGo">Of <paramref name="Today"/>, those who got their mail while a program sent as fast as it can.</param>
public readonly record struct FreshRecipients(float Proven, float Today, float All, int Day, bool Doubted = false, float AtOneGo = 0)
{
    private const double Keep = 0.99;

    /// <summary>The most on an earlier day.</summary>
    public double Usual(int day) => day > Day ? Math.Max(Faded(day), Doubted ? 0 : Today) : Proven;

    public (double Fresh, double All) On(int day) => day == Day ? (Today, All) : (0, 0);

    /// <summary>The share of the day's strangers to whom a program wrote as fast as it can.</summary>
    public double ShareAtOneGo(int day) => day == Day && Today > 0 ? AtOneGo / Today : 0;

    /// <param name="atOneGo">A program sends as fast as it can.</param>
    public FreshRecipients See(int day, int recipients, bool fresh, bool atOneGo = false)
    {
        var (strangers, swift) = (fresh ? recipients : 0, fresh && atOneGo ? recipients : 0);
        return day > Day
            ? new FreshRecipients((float)Usual(day), strangers, recipients, day, AtOneGo: swift)
            : this with
            {
                Today = Today + strangers,
                All = All + recipients,
                AtOneGo = AtOneGo + swift,
            };
    }

    public FreshRecipients Doubt() => this with { Doubted = true };

    /// <summary>It was the owner.</summary>
    public FreshRecipients Absolve() => this with { Proven = Math.Max(Proven, Today), Doubted = false };

    private double Faded(int day) => Proven * Math.Pow(Keep, day - Day);
}
