using Guard.Messages.Identity;

namespace Guard.Host.Configuration;

/// <summary>By which name a daemon knows an account.</summary>
public enum LoginNames : byte
{
    /// <summary><c>info@example.com</c></summary>
    Full = 0,

    /// <summary><c>info</c></summary>
    Local = 1,
}

internal static class LoginNameRules
{
    private const int Longest = 254;

    public static string Of(this LoginNames names, UserId user) => names == LoginNames.Local ? user.Local : user.Value;

    /// <summary>
    /// Why a name cannot go into a table of a line for each account, or null. Masks are among it: <c>doveadm kick</c> takes its argument for one, and
    /// nobody else's sessions may end.
    /// </summary>
    public static string? FaultInTable(string name)
    {
        if (name.Length is 0 or > Longest)
            return "the name is empty or too long";
        if (name[0] is '#' or '-')
            return $"a name cannot begin with {name[0]}";
        var bad = name.FirstOrDefault(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ':' or '"' or '*' or '?' or '\\' or ',');
        return bad == default ? null : "the name has a character that a table of accounts cannot hold";
    }
}
