using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Guard.Host.Configuration;

/// <summary>Where a name goes, and so what it could be taken for there.</summary>
public enum ToolNameUse : byte
{
    /// <summary>A line or key of a file that a daemon reads, or a mail account in the helper's protocol.</summary>
    Table = 0,

    /// <summary>An argument of a program that also takes addresses, networks or masks there, such as <c>doveadm kick</c>, or of an administrator's
    /// command.</summary>
    Argument = 1,

    /// <summary>A system account, for <c>getent</c> and <c>usermod</c>.</summary>
    SystemAccount = 2,
}

/// <summary>
/// A name of an account that may be said to a tool. Only what is listed gets through: whatever else a name holds, some tool takes it for an option, a mask, a
/// network, a list, a comment or the end of a line. Daemon and helper check it, each for itself.
/// </summary>
public readonly partial record struct ToolName
{
    private const int Longest = 254;
    private const string Signs = "._-+=~'&";

    private ToolName(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    public static bool TryParse(string text, ToolNameUse use, out ToolName name, out string fault)
    {
        fault = FaultOf(text, use) ?? "";
        name = fault.Length == 0 ? new ToolName(text) : default;
        return fault.Length == 0;
    }

    /// <summary>Why a name cannot be said there, or null. It does not repeat the name.</summary>
    public static string? FaultOf(string text, ToolNameUse use) =>
        use switch
        {
            ToolNameUse.SystemAccount => Login().IsMatch(text) ? null : "it cannot be the name of a system account",
            ToolNameUse.Argument => OfMail(text) ?? (IsAddress(text) ? "the name could be taken for an address" : null),
            _ => OfMail(text),
        };

    private static string? OfMail(string text)
    {
        if (text.Length is 0 or > Longest)
            return "the name is empty or too long";
        var parts = text.Split('@');
        if (parts.Length > 2)
            return "the name has more than one @";
        return parts.Select(OfPart).FirstOrDefault(fault => fault is not null);
    }

    private static string? OfPart(string part)
    {
        if (part.Length == 0)
            return "a part of the name is empty";
        var isFirst = true;
        foreach (var rune in part.EnumerateRunes())
        {
            if (!IsWord(rune, isFirst) && (isFirst || !rune.IsAscii || !Signs.Contains((char)rune.Value, StringComparison.Ordinal)))
                return isFirst && rune.IsAscii && Signs.Contains((char)rune.Value, StringComparison.Ordinal)
                    ? $"a part of a name cannot begin with {rune}"
                    : "the name has a character that could mean something else to a tool";
            isFirst = false;
        }
        return null;
    }

    // Signs that stand on a letter are parts of names in many scripts; formatting and private characters show as something else or as nothing.
    private static bool IsWord(Rune rune, bool isFirst) =>
        Rune.IsLetterOrDigit(rune)
        || rune.Value == '_'
        || (!isFirst && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>As inet_aton(3) reads them: 10, 0x7f.1 and 127.1 are addresses as well.</summary>
    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _) || text.All(c => char.IsAsciiDigit(c) || c == '.');

    // What useradd allows; above all no option and no number.
    [GeneratedRegex("^[a-z_][a-z0-9_.-]{0,31}\\z")]
    private static partial Regex Login();
}
