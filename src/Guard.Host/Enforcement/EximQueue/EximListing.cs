using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Host.Enforcement.Queues;

namespace Guard.Host.Enforcement.EximQueue;

/// <summary>Reads what <c>exim -bpr</c> prints: a line for each mail, and below it its recipients (Exim's specification, 54: the utility exim -bp).</summary>
public static partial class EximListing
{
    // Exim's own digits, in their order; the first six of an id count the seconds (specification, 3.4: message identification).
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static IReadOnlyList<QueuedMail> Parse(string text)
    {
        var mails = new List<QueuedMail>();
        foreach (var line in text.Split('\n'))
        {
            if (Entry().Match(line) is { Success: true } entry)
                mails.Add(
                    new QueuedMail(
                        entry.Groups["frozen"].Success ? QueuedMail.OnHold : "input",
                        entry.Groups["id"].Value,
                        Arrived(entry.Groups["id"].Value),
                        Size(entry.Groups["size"].Value),
                        entry.Groups["sender"].Value,
                        0
                    )
                );
            else if (mails.Count > 0 && line.StartsWith("          ", StringComparison.Ordinal) && line.Trim().Length > 0)
                mails[^1] = mails[^1] with { Recipients = mails[^1].Recipients + 1 };
        }
        return mails;
    }

    /// <summary>The listing tells ages in hours and days; the id tells the second.</summary>
    private static DateTimeOffset Arrived(string id) =>
        DateTimeOffset.FromUnixTimeSeconds(
            id.Take(6).Aggregate(0L, (seconds, digit) => seconds * Digits.Length + Digits.IndexOf(digit, StringComparison.Ordinal))
        );

    /// <summary>512, 1.4K, 12K, 3.1M.</summary>
    private static long Size(string text)
    {
        var unit =
            text.Length == 0
                ? 0
                : text[^1] switch
                {
                    'K' => 1L << 10,
                    'M' => 1L << 20,
                    'G' => 1L << 30,
                    _ => 0,
                };
        return decimal.TryParse(unit == 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (long)(number * Math.Max(unit, 1))
            : 0;
    }

    // Who handed it in on the command line stands in brackets behind a sender of their own choice.
    [GeneratedRegex(
        @"^\s{0,2}\d+[mhd]\s+(?<size>[\d.]+[KMG]?)?\s*(?<id>[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4}))(?:\s+<(?<sender>.*)>)?(?: \([^)]*\))?(?<frozen> \*\*\* frozen \*\*\*)?\s*$"
    )]
    private static partial Regex Entry();
}
