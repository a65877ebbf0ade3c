namespace Guard.Host.Web.Security;

/// <summary>Where a sign-in goes on to: a path of this console and nothing else.</summary>
internal static class LocalPath
{
    public const string Start = "/";

    /// <summary>The path itself, or the start page for whatever could lead elsewhere (<c>//host</c>, <c>/\host</c>, <c>https:…</c>, control
    /// characters).</summary>
    public static string Of(string? path)
    {
        if (string.IsNullOrEmpty(path) || path[0] != '/' || path.Length > 2000 || path.Any(character => char.IsControl(character) || character == '\\'))
            return Start;
        return path.Length > 1 && path[1] == '/' ? Start : path;
    }
}
