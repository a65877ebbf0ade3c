namespace Guard.Host.Enforcement.PostfixAccess;

/// <summary>Whether Postfix reads a map, by what postconf(1) says.</summary>
public static class AccessMapReader
{
    private static readonly char[] Between = [' ', '\t', ',', '\n', '=', '{', '}'];

    /// <param name="configuration">The output of <c>postconf -n</c>, or of <c>postconf -P</c>.</param>
    /// <param name="map">The map's path, without its type.</param>
    public static bool Reads(string configuration, string map) =>
        configuration
            .Split(Between, StringSplitOptions.RemoveEmptyEntries)
            .Any(word => word.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && word[(colon + 1)..] == map);
}
