namespace Guard.Actors.Behaviour;

/// <summary>
/// Mails lately sent from networks that have not yet proven to be the owner's: amounts that fade with half-lives of two minutes, half an hour and half a day. A
/// thief's first hundred mails come from such networks, an owner's seldom more than a few.
/// </summary>
public readonly record struct UnprovenSending(float Hour, float Day, long Second, float Minute = 0)
{
    private const double MinuteHalfLife = 120;
    private const double HourHalfLife = 1800;
    private const double DayHalfLife = 43_200;

    /// <summary>Within the last few minutes: mails written by hand come singly.</summary>
    public double InMinutes(long second) => Minute * double.Exp2(-Math.Max(0, second - Second) / MinuteHalfLife);

    public double InHour(long second) => Hour * double.Exp2(-Math.Max(0, second - Second) / HourHalfLife);

    public double InDay(long second) => Day * double.Exp2(-Math.Max(0, second - Second) / DayHalfLife);

    public UnprovenSending Add(long second, double mails) =>
        new((float)(InHour(second) + mails), (float)(InDay(second) + mails), Math.Max(second, Second), (float)(InMinutes(second) + mails));

    /// <summary>Chernoff's bound in bits that so many come where <paramref name="expected"/> are expected (Poisson); 0 when no more than that.</summary>
    public static double Surprise(double amount, double expected) =>
        amount <= expected ? 0 : amount * Math.Log2(amount / expected) - (amount - expected) * Math.Log2(Math.E);
}
