using System.Globalization;

namespace Guard.Host.Texts;

/// <summary>A word as a shell takes it for one, so that a command that is shown can be pasted. Words may come from logs.</summary>
internal static class ShellWord
{
    private const string Plain = ".-_@+=/:,";

    public static string Of(string word) =>
        word.Length == 0 ? "''"
        : word.Any(IncidentText.IsUnsafe) ? $"$'{string.Concat(word.Select(Escaped))}'"
        : word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal)) ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>As bash and zsh read it within <c>$'…'</c>: what cannot be seen is written by its number, and pasted it is the word again.</summary>
    private static string Escaped(char c) =>
        IncidentText.IsUnsafe(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
        : c is '\'' or '\\' ? $"\\{c}"
        : $"{c}";
}
