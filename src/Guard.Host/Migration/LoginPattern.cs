using System.Text;
using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>Which login names a regular expression means, where it says them one by one: accounts, domains, or everybody.</summary>
internal static partial class LoginPattern
{
    private const int MaxNames = 1000;

    /// <summary>Names in lower case: <c>@domain</c>, an account, a bare name, or everybody (empty). Null: it says more than that.</summary>
    /// <param name="isOpen">Whether it also fits longer names, for want of <c>^</c> or <c>$</c>.</param>
    public static IReadOnlyList<string>? Names(string pattern, out bool isOpen)
    {
        var text = pattern.Trim();
        if (text.Length > 1 && text[0] == '/' && Delimited().Match(text) is { Success: true } delimited)
            text = delimited.Groups["pattern"].Value;
        var (begins, ends) = (text.StartsWith('^'), text.EndsWith('$') && !text.EndsWith("\\$", StringComparison.Ordinal));
        text = text[(begins ? 1 : 0)..(ends && text.Length > (begins ? 1 : 0) ? ^1 : ^0)];
        isOpen = false;
        if (Whoever().IsMatch(text))
            return [""];
        var domain = AnyLocal().Match(text) is { Success: true } local ? local.Length - 1 : 0;
        if (Expand(text[domain..]) is not { } names || names.Exists(name => !Name().IsMatch(name) || (domain > 0 && name[0] != '@')))
            return null;
        isOpen = !ends || (!begins && names.Exists(name => name[0] != '@'));
        return names;
    }

    /// <summary>A word that is compared as it is.</summary>
    public static IReadOnlyList<string>? Exactly(string word) => Name().IsMatch(word.ToLowerInvariant()) ? [word.ToLowerInvariant()] : null;

    /// <summary>Plain characters, escaped ones, and groups of words: <c>(bob|alice)@example\.com</c>. A bare dot is taken for the dot that was meant.</summary>
    private static List<string>? Expand(string text)
    {
        List<string> names = [""];
        for (var at = 0; at < text.Length; at++)
        {
            List<string> next;
            if (text[at] == '(')
            {
                var close = text.IndexOf(')', at);
                if (close < 0)
                    return null;
                var group = text[(at + 1)..close];
                next = [.. (group.StartsWith("?:", StringComparison.Ordinal) ? group[2..] : group).Split('|').Select(Literal).OfType<string>()];
                if (next.Count != group.Count(one => one == '|') + 1)
                    return null;
                at = close;
            }
            else if (text[at] == '|')
            {
                return Expand(text[(at + 1)..]) is { } others && names.Count + others.Count <= MaxNames ? [.. names, .. others] : null;
            }
            else
            {
                var end = at;
                while (end < text.Length && text[end] is not ('(' or '|'))
                    end++;
                if (Literal(text[at..end]) is not { } literal)
                    return null;
                next = [literal];
                at = end - 1;
            }
            if ((long)names.Count * next.Count > MaxNames)
                return null;
            names = [.. names.SelectMany(name => next.Select(word => name + word))];
        }
        return names;
    }

    private static string? Literal(string text)
    {
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var one = text[at];
            if (one == '\\' && at + 1 < text.Length && !char.IsLetterOrDigit(text[at + 1]))
                literal.Append(text[++at]);
            else if (char.IsLetterOrDigit(one) || one is '@' or '.' or '-' or '_')
                literal.Append(char.ToLowerInvariant(one));
            else
                return null;
        }
        // A dot that is followed by a quantifier never gets here: * and + are no literal.
        return literal.ToString();
    }

    [GeneratedRegex(@"^/(?<pattern>.*)/i?$")]
    private static partial Regex Delimited();

    [GeneratedRegex(@"^(\(?(\.[+*]?|\\S[+*]?|\[\^@\][+*]|.\*@.\*)\)?)?$")]
    private static partial Regex Whoever();

    [GeneratedRegex(@"^(\(?(\.[+*]|\\S[+*]|\[\^@\][+*])\)?)\\?@")]
    private static partial Regex AnyLocal();

    [GeneratedRegex(@"^([^@\s]+|[^@\s]*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?)$")]
    private static partial Regex Name();
}
