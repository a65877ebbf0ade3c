using System.Globalization;

namespace Guard.Host.Feedback;

/// <summary>Reads the ends of a period as people write them. A day alone is that whole day, in UTC unless said otherwise.</summary>
public static class PlannedPeriod
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>The first moment.</summary>
    public static bool TryFrom(string text, out DateTimeOffset from) => TryDay(text, out from) || TryTime(text, out from);

    /// <summary>The first moment that is not in it any more: after a day alone, the midnight that ends it.</summary>
    public static bool TryUntil(string text, out DateTimeOffset until)
    {
        if (!TryDay(text, out until))
            return TryTime(text, out until);
        until = until.AddDays(1);
        return true;
    }

    private static bool TryDay(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);

    private static bool TryTime(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
}
