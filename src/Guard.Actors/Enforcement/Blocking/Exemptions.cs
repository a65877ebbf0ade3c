using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>Networks that are never blocked.</summary>
public static class Exemptions
{
    // Without these the machine cuts itself off from itself and from its neighbours.
    private static readonly NetworkPrefix[] Always =
    [
        .. new[] { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/64", "fe80::/10", "ff00::/8" }.Select(Parse),
    ];

    /// <summary>The exempt network that the wanted one would touch.</summary>
    public static NetworkPrefix? Touched(NetworkPrefix wanted, BlockPolicy policy)
    {
        foreach (var exempt in Always)
            if (exempt.Overlaps(wanted))
                return exempt;
        foreach (var exempt in policy.Exempt)
            if (exempt.Overlaps(wanted))
                return exempt;
        return null;
    }

    private static NetworkPrefix Parse(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);
}
