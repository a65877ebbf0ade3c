using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Host.Enforcement.Queues;

namespace Guard.Host.Enforcement.SendmailQueue;

/// <summary>Reads what <c>sendmail -bp</c> prints.</summary>
public static partial class SendmailListing
{
    public static IReadOnlyList<(QueuedMail Mail, string Directory)> Parse(string text, bool held, DateTimeOffset now)
    {
        var mails = new List<(QueuedMail, string)>();
        var directory = "";
        foreach (var line in text.Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
                directory = head.Groups[1].Value;
            else if (Entry().Match(line) is { Success: true } entry)
                mails.Add(
                    (
                        new QueuedMail(
                            held ? QueuedMail.OnHold : "mqueue",
                            entry.Groups[1].Value,
                            Arrived(entry.Groups[1].Value),
                            Size(entry.Groups[2].Value),
                            entry.Groups[3].Value.Trim().Trim('<', '>'),
                            0
                        ),
                        directory
                    )
                );
        }
        return mails;

        // The listing's times have neither year nor seconds; the id is made of them: year since 1900 modulo 60, month, day, hour, minute and second, one digit
        // each.
        DateTimeOffset Arrived(string id)
        {
            var digits = id.Take(6).Select(digit => Digits.IndexOf(digit, StringComparison.Ordinal)).ToArray();
            try
            {
                var year = 1900 + digits[0] + (now.Year - 1900 - digits[0]) / 60 * 60;
                return new DateTimeOffset(year, digits[1] + 1, digits[2], digits[3], digits[4], digits[5], TimeSpan.Zero);
            }
            catch (ArgumentOutOfRangeException)
            {
                return DateTimeOffset.UnixEpoch;
            }
        }
    }

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static long Size(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;

    [GeneratedRegex(@"^\s*(/\S+) \(\d+ requests?")]
    private static partial Regex Head();

    // The status says: being sent, too busy, too young.
    [GeneratedRegex(@"^([0-9A-Za-z]{14,20})[*X-]?\s+(\d+|\(no control file\)|\?+)\s+\w{3} \w{3}\s+\d+ \d\d:\d\d\s*(.*)$")]
    private static partial Regex Entry();
}
