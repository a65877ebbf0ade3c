using System.Globalization;

namespace Guard.Host.Platform;

/// <summary>The invariant culture with days as ISO 8601 has them: 11/12/2026 is two days, depending on who reads it.</summary>
public static class IsoCulture
{
    public static CultureInfo Instance { get; } = Make();

    /// <summary>From now on what says nothing else is written so, on every thread; pages for people go by their language.</summary>
    public static void ByDefault() => CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = Instance;

    private static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.DateTimeFormat.ShortDatePattern = "yyyy-MM-dd";
        culture.DateTimeFormat.LongDatePattern = "yyyy-MM-dd";
        culture.DateTimeFormat.ShortTimePattern = "HH:mm";
        culture.DateTimeFormat.LongTimePattern = "HH:mm:ss";
        return CultureInfo.ReadOnly(culture);
    }
}
