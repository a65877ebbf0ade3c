using System.Globalization;
using System.Text;

namespace Guard.Messages.Identity;

/// <summary>
/// What strangers wrote, as it may be shown: the one place for log, audit, CSV, mails and terminals. Characters that end a line, steer a terminal, turn the direction of
/// what follows (U+202E), show as nothing (U+200B, tags) or are no characters at all become a question mark, so that one name is one piece of one line and looks
/// like what it is. What a format means by its own signs (quotes of CSV, brackets of HTML) is encoded where that format is written.
/// </summary>
public static class Printable
{
    private const char Instead = '?';

    /// <summary>The text without what would do something else than show.</summary>
    /// <param name="lines">Ends of lines stay, for texts of several lines whose reader knows where they end.</param>
    public static string Of(string text, bool lines = false)
    {
        var whole = true;
        foreach (var rune in text.EnumerateRunes())
            whole &= IsShown(rune, lines);
        if (whole && IsWellFormed(text))
            return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsShown(rune, lines) || rune == Rune.ReplacementChar)
                shown.Append(Instead);
            else
                shown.Append(rune.ToString());
        }
        return shown.ToString();
    }

    /// <summary>Whether the text is shown as it is.</summary>
    public static bool IsPlain(string text) => ReferenceEquals(Of(text), text);

    /// <summary>
    /// One word of a line that others read: as it is where it has only what names have, else in quotes, so that it cannot go on as the rest of the line would.
    /// </summary>
    public static string Word(string text)
    {
        var shown = Of(text);
        return shown.Length > 0 && shown.All(c => char.IsLetterOrDigit(c) || c is '.' or '@' or '-' or '_' or '+' or '/' or ':' or '=' or '%' or '*')
            ? shown
            : $"\"{shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsShown(Rune rune, bool lines) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control => lines && rune.Value is '\n' or '\r' or '\t',
            UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => false,
            _ => true,
        };

    /// <summary>Halves of characters are enumerated as replacements, which a text may hold itself as well.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
