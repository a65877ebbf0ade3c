using System.Globalization;

namespace Guard.Actors.Policies;

/// <summary>The name under which accounts hold a slice of what is planned for their site, beside the keys of quotas.</summary>
public static class PlannedKey
{
    private const string Prefix = "planned/";

    public static string Of(long exception) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{exception}");

    public static bool TryParse(string key, out long exception)
    {
        exception = 0;
        return key.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out exception);
    }
}
