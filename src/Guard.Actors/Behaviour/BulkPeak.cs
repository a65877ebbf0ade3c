namespace Guard.Actors.Behaviour;

/// <summary>
/// The most recipients within an hour that an account sent in peace: whether it is a bulk sender. What is sent today counts from tomorrow, and only if no
/// restriction came of it, so that a burst never speaks for itself.
/// </summary>
/// <param name="Day">Days since 1970 of <paramref name="Today"/>.</param>
public readonly record struct BulkPeak(float Proven, float Today, int Day)
{
    public float At(int day) => day > Day ? Math.Max(Proven, Today) : Proven;

    public BulkPeak See(int day, double recipients) =>
        day > Day ? new BulkPeak(At(day), (float)recipients, day) : this with { Today = Math.Max(Today, (float)recipients) };

    /// <summary>Today's sending led to a restriction.</summary>
    public BulkPeak Forget() => this with { Today = 0 };
}
