using Microsoft.Playwright;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>How somebody looks at the console: colours, language, and a screen in pixels.</summary>
internal sealed record Look(ColorScheme Colours, string Language, int Width, int Height)
{
    /// <summary>All of them are looked at with ACCOUNTGUARD_SCREENSHOTS=all (make screenshots).</summary>
    public static IReadOnlyList<Look> All { get; } =
    [
        .. from language in new[] { "en", "de" }
        from colours in new[] { ColorScheme.Light, ColorScheme.Dark }
        from wide in new[] { true, false }
        select wide ? new Look(colours, language, 1280, 900) : new Look(colours, language, 360, 740),
    ];

    /// <summary>Two of them that together have everything.</summary>
    public static IReadOnlyList<Look> Opposites { get; } = [new(ColorScheme.Light, "en", 1280, 900), new(ColorScheme.Dark, "de", 360, 740)];

    public static IReadOnlyList<Look> Wanted { get; } = Environment.GetEnvironmentVariable("ACCOUNTGUARD_SCREENSHOTS") == "all" ? All : Opposites;

    public bool IsPhone => Width < 500;

    public override string ToString() => $"{Language}-{(Colours == ColorScheme.Dark ? "dark" : "light")}-{(IsPhone ? "phone" : "wide")}";
}
