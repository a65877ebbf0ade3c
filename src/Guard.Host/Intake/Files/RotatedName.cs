using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Host.Intake.Files;

/// <summary>What a file name says of rotation, as logrotate(8), newsyslog(8), Docker's json-file driver and the kubelet name what they put away.</summary>
/// <param name="Base">The log's own path.</param>
/// <param name="Age">Sorts oldest first; the log itself is last.</param>
public readonly partial record struct RotatedName(string Base, string Age)
{
    /// <summary>Behind every number and date.</summary>
    private const string Current = "~";

    public bool IsRotated => Age != Current;

    public static RotatedName Of(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file;
        if (Behind().Match(name) is { Success: true } behind)
            return new RotatedName(behind.Groups["base"].Value, AgeOf(behind.Groups["age"].ValueSpan));
        // logrotate with "extension .log": mail-20260301.log, mail.1.log.
        if (Within().Match(name) is { Success: true } within)
            return new RotatedName(within.Groups["stem"].Value + within.Groups["extension"].Value, AgeOf(within.Groups["age"].ValueSpan));
        return new RotatedName(name, file == name ? Current : "}");
    }

    /// <summary>Small numbers count backwards, dates forwards.</summary>
    private static string AgeOf(ReadOnlySpan<char> text) =>
        text.Length <= 5 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (1_000_000 - number).ToString("D7", CultureInfo.InvariantCulture)
            : text.ToString();

    // mail.log.1, mail.log-20260301, mail.log-20260301-1700000000, mail.log.2026-03-01, 0.log.20260301-101112
    [GeneratedRegex(
        @"^(?<base>.*[^./-])(?:\.(?<age>[0-9]{1,5})|[.-](?<age>(?:19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}(?:[-_T.]?[0-9][0-9:_-]*)?))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Behind();

    [GeneratedRegex(
        @"^(?<stem>.*[^./-])(?:\.(?<age>[0-9]{1,5})|[.-](?<age>(?:19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}(?:[-_T.]?[0-9][0-9:_-]*)?))(?<extension>\.[A-Za-z][A-Za-z0-9]{0,7})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Within();
}
