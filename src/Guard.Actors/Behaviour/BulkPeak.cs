namespace Guard.Actors.Behaviour;

/// <summary>
/// The most recipients within an hour that an account sent in peace: whether it is a bulk sender. What is sent today counts from tomorrow, and only if no
/// restriction came of it, so that a burst never speaks for itself.
/// </summary>
/// <param name="Day">Days since 1970 of <paramref name="Today"/>.</param>
/// <param name="Doubted">The most that led to a restriction.</param>
/// <param name="DoubtedDay">When it last did, days since 1970.</param>
public readonly record struct BulkPeak(float Proven, float Today, int Day, float Doubted = 0, int DoubtedDay = 0)
{
    public float At(int day) => day > Day ? Math.Max(Proven, Today) : Proven;

    /// <summary>The same with what was restricted, once it has been quiet for some days: nobody called it an attack, and no bot went on.</summary>
    /// <param name="quiet">Days.</param>
    public float AtAfter(int day, int quiet) => day - DoubtedDay >= quiet ? Math.Max(At(day), Doubted) : At(day);

    public BulkPeak See(int day, double recipients) =>
        day > Day
            ? this with
            {
                Proven = At(day),
                Today = (float)recipients,
                Day = day,
            }
            : this with
            {
                Today = Math.Max(Today, (float)recipients),
            };

    /// <summary>Today's sending led to a report.</summary>
    public BulkPeak Forget() => this with { Today = 0 };

    /// <summary>It led to a restriction.</summary>
    /// <param name="strangers">To whom the account wrote in its owner's country that day.</param>
    public BulkPeak Doubt(int day, double strangers) =>
        this with
        {
            Today = 0,
            Doubted = Math.Max(Doubted, Math.Max((float)strangers, Day == day ? Today : 0)),
            DoubtedDay = day,
        };

    /// <summary>It was an attack.</summary>
    public BulkPeak Deny() => this with { Today = 0, Doubted = 0 };

    /// <summary>It was the owner.</summary>
    public BulkPeak Absolve() => this with { Proven = Math.Max(Proven, Math.Max(Today, Doubted)), Doubted = 0 };
}
