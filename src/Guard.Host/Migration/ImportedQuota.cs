using System.Globalization;
using Guard.Host.Configuration;

namespace Guard.Host.Migration;

/// <summary>One limit as a quota, within the bounds that the guard's own reader has.</summary>
internal static class ImportedQuota
{
    /// <summary>More mails, recipients or logins no quota allows.</summary>
    public const long MaxCount = 100_000_000;

    private const int MaxText = 200;
    private const long MaxBytes = 1_000_000_000_000_000;
    private const long MaxSeconds = 31L * 24 * 3600;

    /// <summary>Null where the guard cannot count it, and why.</summary>
    public static string? Of(string unit, string limit, string seconds, string text, out string why)
    {
        why = "";
        var most = unit == "bytes" ? MaxBytes : MaxCount;
        if (!Number(limit, out var count) || count > most)
            why = $"a limit of {limit} {unit} is more than {most}";
        else if (!Number(seconds, out var window) || window > MaxSeconds)
            why = $"a window of {seconds} s is longer than 31 days";
        else if (window < 60)
            why = $"a window of {seconds} s is shorter than a minute, the least for mail";
        else
            return $"{{ per = {window}s, {unit} = {count}{Text(text)} }}";
        return null;
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(string text) => text.Length is 0 or > MaxText || text.Any(char.IsControl) ? "" : $", text = {HoconQuoting.Quote(text)}";
}
