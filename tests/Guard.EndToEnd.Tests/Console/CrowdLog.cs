using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>A log of a large server: the demo's takeover, once for each of many sites, beside thousands of accounts that nothing happens to.</summary>
internal static partial class CrowdLog
{
    public const int Accounts = 10_000;
    public const int Takeovers = 42;

    private const string Original = "info@example.com";

    /// <summary>The thief goes on for so many lines of the log; enough to be found out.</summary>
    private const int AttackLines = 300;

    public static string Victim(int index) => $"info@{Site(index)}";

    public static string Site(int index) => $"shop{index % Takeovers:00}.example";

    public static string Quiet(int index) => $"user{index:00000}@{Site(index)}";

    public static byte[] Write(byte[] demo)
    {
        var story = Encoding.UTF8.GetString(demo).Split('\n').Where(line => line.Contains(Original, StringComparison.Ordinal)).ToList();
        var attack = story.FindIndex(line => line.StartsWith("2026-04-14", StringComparison.Ordinal));
        var log = new StringBuilder();
        foreach (var line in story.Take(attack))
            Repeat(log, line);
        Crowd(log);
        foreach (var line in story.Skip(attack).Take(AttackLines))
            Repeat(log, line);
        return Encoding.UTF8.GetBytes(log.ToString());
    }

    /// <summary>The same line of every victim, from the next address; a mail's name in the queue is each one's own.</summary>
    private static void Repeat(StringBuilder log, string line)
    {
        for (var victim = 0; victim < Takeovers; victim++)
        {
            var (number, own) = (victim, line.Replace(Original, Victim(victim), StringComparison.Ordinal));
            own = QueueName().Replace(own, name => $"]: F{number:00}{name.Groups[1]}: ");
            own = LastOctet()
                .Replace(own, octet => $"{octet.Groups[1]}{(int.Parse(octet.Groups[2].Value, CultureInfo.InvariantCulture) + 5 * number) % 250 + 1}");
            log.Append(own.Replace("session=<", $"session=<V{victim:00}", StringComparison.Ordinal)).Append('\n');
        }
    }

    private static void Crowd(StringBuilder log)
    {
        var at = new DateTimeOffset(2026, 4, 13, 20, 0, 0, TimeSpan.Zero);
        for (var index = 0; index < Accounts - Takeovers; index++)
        {
            var time = at.AddSeconds(index / 2).ToString("yyyy-MM-dd'T'HH:mm:ss.000000'+00:00'", CultureInfo.InvariantCulture);
            log.Append(CultureInfo.InvariantCulture, $"{time} mail dovecot: imap-login: Login: user=<{Quiet(index)}>, method=PLAIN, ")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"rip=86.{130 + index % 60}.{index / 250 % 250}.{index % 250 + 1}, lip=192.0.2.25, mpid={1000 + index}, TLS, session=<C{index:00000}>\n"
                );
        }
    }

    [GeneratedRegex(@"\]: ([0-9A-F]{5,}): ")]
    private static partial Regex QueueName();

    [GeneratedRegex(@"((?:unknown\[|rip=)\d+\.\d+\.\d+\.)(\d+)")]
    private static partial Regex LastOctet();
}
