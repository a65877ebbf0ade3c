using System.Text.Json;
using System.Text.RegularExpressions;

namespace Guard.Bench.Intake;

/// <summary>A line of a public test corpus, and what its authors say of it.</summary>
/// <param name="Fails">Whether it is an address's failed attempt.</param>
/// <param name="Address">Whose; null where they do not say.</param>
internal sealed record CorpusLine(string Text, bool Fails, string? Address);

/// <summary>
/// The test lines of fail2ban (<c>fail2ban/tests/files/logs</c>, each with a line above it that says what it is) and of CrowdSec's hub (<c>.tests/*</c>, with
/// <c>parser.assert</c> beside the log). Both are read where they lie: nothing of them is in this repository.
/// </summary>
internal static partial class Corpora
{
    /// <summary>Of daemons that the guard reads.</summary>
    private static readonly string[] Fail2BanFiles =
    [
        "courier-auth",
        "courier-smtp",
        "cyrus-imap",
        "dovecot",
        "dropbear",
        "exim",
        "horde",
        "nextcloud-auth",
        "pam-generic",
        "postfix",
        "proftpd",
        "pure-ftpd",
        "roundcube-auth",
        "sendmail-auth",
        "sieve",
        "sogo-auth",
        "sshd",
        "sshd-journal",
        "uwimap-auth",
        "vsftpd",
        "zzz-sshd-obsolete-multiline",
    ];

    private static readonly string[] CrowdSecWords = ["dovecot", "postfix", "exim", "sshd", "ssh-", "ftpd", "nextcloud-", "zimbra", "dropbear", "pam-logs"];

    /// <summary>By file; of directories that are no corpus, none.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<CorpusLine> Lines)> In(string directory)
    {
        var fail2Ban = Path.Combine(directory, "fail2ban", "tests", "files", "logs");
        foreach (var name in Fail2BanFiles.Where(name => File.Exists(Path.Combine(fail2Ban, name))))
            yield return ($"fail2ban/{name}", Fail2Ban(Path.Combine(fail2Ban, name)));
        var hub = Path.Combine(directory, ".tests");
        if (!Directory.Exists(hub))
            yield break;
        foreach (var test in Directory.GetDirectories(hub).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(test);
            var log = Directory.GetFiles(test, "*.log").FirstOrDefault();
            var asserts = Path.Combine(test, "parser.assert");
            if (log is not null && File.Exists(asserts) && CrowdSecWords.Any(word => name.Contains(word, StringComparison.Ordinal)))
                yield return ($"crowdsec/{name}", CrowdSec(log, asserts));
        }
    }

    private static List<CorpusLine> Fail2Ban(string file)
    {
        var lines = new List<CorpusLine>();
        JsonElement? told = null;
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith("# failJSON:", StringComparison.Ordinal))
                told = JsonDocument.Parse(line["# failJSON:".Length..]).RootElement;
            if (line.Length == 0 || line[0] == '#')
                continue;
            // Without a word about it, nothing is said of it.
            // Of several lines that fail2ban judges together, the success is marked as well.
            var fails = told is { } one && one.GetProperty("match").GetBoolean() && !line.Contains(": Accepted ", StringComparison.Ordinal);
            var address = told is { } said && said.TryGetProperty("host", out var host) ? host.GetString() : null;
            lines.Add(new CorpusLine(file.EndsWith("-journal", StringComparison.Ordinal) ? Journal(line) : line, fails, address));
            told = null;
        }
        return lines;
    }

    /// <summary><c>host sshd[77]: text</c> is what fail2ban makes of an entry of systemd's journal.</summary>
    private static string Journal(string line) =>
        JournalLine().Match(line) is { Success: true } match
            ? JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["__REALTIME_TIMESTAMP"] = "1790848800000000",
                    ["SYSLOG_IDENTIFIER"] = match.Groups[1].Value,
                    ["SYSLOG_PID"] = match.Groups[2].Value,
                    ["MESSAGE"] = match.Groups[3].Value,
                }
            )
            : line;

    /// <summary>An entry of the second stage that has a source's address and a kind of failure; its line is the one with its message.</summary>
    private static List<CorpusLine> CrowdSec(string log, string asserts)
    {
        var entries = new Dictionary<string, Dictionary<string, string>>();
        foreach (var line in File.ReadLines(asserts))
        {
            if (Assertion().Match(line) is not { Success: true } match)
                continue;
            var key = match.Groups[1].Value;
            if (!entries.TryGetValue(key, out var entry))
                entries.Add(key, entry = []);
            entry[match.Groups[2].Value] = Regex.Unescape(match.Groups[3].Value);
        }
        var fails = entries
            .Values.Where(entry =>
                entry.GetValueOrDefault("log_type", "").Contains("fail", StringComparison.OrdinalIgnoreCase) && entry.ContainsKey("source_ip")
            )
            .Select(entry => (Message: entry.GetValueOrDefault("message", ""), Address: entry["source_ip"]))
            .ToList();
        return
        [
            .. File.ReadLines(log)
                .Where(line => line.Length > 0)
                .Select(line =>
                {
                    var at = fails.FindIndex(one => one.Message.Length > 0 && line.Contains(one.Message, StringComparison.Ordinal));
                    return new CorpusLine(line, at >= 0, at >= 0 ? fails[at].Address : null);
                }),
        ];
    }

    [GeneratedRegex(@"^\S+ ([\w-]+)\[(\d+)\]: (.*)$")]
    private static partial Regex JournalLine();

    [GeneratedRegex("""^results\["s01-parse"\](\["[^"]+"\]\[\d+\])\.Evt\.(?:Parsed|Meta)\["(message|source_ip|log_type)"\] == "(.*)"$""")]
    private static partial Regex Assertion();
}
