namespace Guard.Bench.Detection.World;

/// <summary>Simulated time: milliseconds since a Monday.</summary>
public static class WorldClock
{
    public const long Second = 1000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>Time zones reach this far: no event of a local day comes earlier than this before the same day in UTC.</summary>
    public const long FarthestEast = 14 * Hour;

    /// <summary>A Monday.</summary>
    public static DateTimeOffset Start { get; } = new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Time(long at) => Start.AddMilliseconds(at);

    public static long At(DateTimeOffset time) => (long)(time - Start).TotalMilliseconds;

    public static bool IsWeekend(int day) => day % 7 >= 5;

    /// <summary>Friday and Saturday in some countries.</summary>
    public static bool IsWeekend(int day, Country country) => country.Code is "AE" or "EG" or "IR" or "BD" ? day % 7 is 4 or 5 : IsWeekend(day);

    public static DateTime Date(int day) => Start.UtcDateTime.AddDays(day);
}
