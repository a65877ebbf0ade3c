namespace Guard.Host.Web.Texts;

/// <summary>Browser and system in words, of what a browser says of itself: <c>Firefox on Linux</c>.</summary>
public static class BrowserName
{
    /// <summary>Browsers name those they descend from as well: who says most comes first.</summary>
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];

    private static readonly (string Token, string Name)[] Systems =
    [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("FreeBSD", "FreeBSD"),
        ("OpenBSD", "OpenBSD"),
        ("Linux", "Linux"),
    ];

    /// <param name="agent">The User-Agent of its requests; one that is not known stays as it is.</param>
    public static string Of(string agent)
    {
        var (browser, system) = (Find(Browsers, agent), Find(Systems, agent));
        return (browser.Length, system.Length) switch
        {
            (0, 0) => agent.Length == 0 ? Wording.Say("me.browser-unknown") : agent,
            (0, _) => system,
            (_, 0) => browser,
            _ => Wording.Say("me.browser", browser, system),
        };
    }

    private static string Find((string Token, string Name)[] known, string agent) =>
        Array.Find(known, one => agent.Contains(one.Token, StringComparison.Ordinal)).Name ?? "";
}
