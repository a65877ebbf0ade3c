using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Guard.Bench.Intake;

/// <summary>
/// How many lines of public corpora that tell of a failed attempt <c>accountguard parse</c> reads, and whether it believes what is none: another address than
/// the authors', a login where they see a failure, a failure where they see nothing.
/// </summary>
internal static partial class CorpusBench
{
    private sealed record Score(int Read, int Told, int NoAttempt, int ToldAgain, List<string> Missed, List<string> Lies);

    public static int Run(BenchDirectory bench, IReadOnlyList<string> directories)
    {
        var files = directories.SelectMany(Corpora.In).ToArray();
        if (files.Length == 0)
        {
            Console.Error.WriteLine("name a checkout of fail2ban (apt-get source fail2ban), of crowdsecurity/hub, or both");
            return 2;
        }
        Console.WriteLine("\n## public corpora\n\n| file | read | tell of an attempt | no attempt | told by another line | lies |\n|---|---|---|---|---|---|");
        var scores = files.Select(file => Of(bench, file.Name, file.Lines)).ToArray();
        var (read, told) = (scores.Sum(score => score.Read), scores.Sum(score => score.Told));
        Console.WriteLine(
            $"| all | {read} | {told} | {scores.Sum(score => score.NoAttempt)} | {scores.Sum(score => score.ToldAgain)} | {scores.Sum(score => score.Lies.Count)} |"
        );
        Console.WriteLine($"\n{100.0 * read / Math.Max(1, told):F1} % read.");
        foreach (var line in scores.SelectMany(score => score.Missed))
            Console.WriteLine($"missed: {line}");
        foreach (var line in scores.SelectMany(score => score.Lies))
            Console.WriteLine($"lie: {line}");
        return 0;
    }

    private static Score Of(BenchDirectory bench, string name, IReadOnlyList<CorpusLine> lines)
    {
        var file = Path.Combine(bench.Root, "corpus.log");
        File.WriteAllLines(file, lines.Select(line => line.Text));
        var parsed = BenchDirectory.Run(
            Path.Combine(BenchDirectory.Repository, "bin/publish/accountguard"),
            ["parse", "--default-domain", "example.com", "--format", "ndjson", file]
        );
        var score = new Score(0, 0, 0, 0, [], []);
        foreach (var answer in parsed.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var root = JsonDocument.Parse(answer).RootElement;
            score = Add(score, lines[root.GetProperty("line").GetInt32() - 1], root);
        }
        Console.WriteLine($"| {name} | {score.Read} | {score.Told} | {score.NoAttempt} | {score.ToldAgain} | {score.Lies.Count} |");
        return score;
    }

    private static Score Add(Score score, CorpusLine line, JsonElement answer)
    {
        var logins = answer.GetProperty("observations").EnumerateArray().Where(one => Text(one, "type") == "login").ToArray();
        var read = Text(answer, "kind") == "observed";
        if (!line.Fails)
        {
            if (line.Address is not null && logins.Any(login => Text(login, "outcome") is "wrong-password" or "unknown-user"))
                score.Lies.Add($"{line.Text} | {answer}");
            return score;
        }
        if (logins.Any(login => Text(login, "outcome") == "succeeded" || IsAnother(Text(login, "address"), line.Address)))
            score.Lies.Add($"{line.Text} | {answer}");
        if (!read && NoAttempt().IsMatch(line.Text))
            return score with { NoAttempt = score.NoAttempt + 1 };
        if (!read && ToldAgain().IsMatch(line.Text))
            return score with { ToldAgain = score.ToldAgain + 1 };
        if (!read)
            score.Missed.Add($"{Text(answer, "kind")} | {line.Text}");
        return score with { Told = score.Told + 1, Read = score.Read + (read ? 1 : 0) };
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool IsAnother(string ours, string? theirs) =>
        IPAddress.TryParse(ours, out var one) && IPAddress.TryParse(LeadingZeros().Replace(theirs ?? "", ""), out var other) && !Bare(one).Equals(Bare(other));

    private static IPAddress Bare(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>.NET takes what begins with one for octal.</summary>
    [GeneratedRegex(@"(?<=^|\.)0+(?=\d)")]
    private static partial Regex LeadingZeros();

    /// <summary>Scans, probes, mail that was refused: no password was tried.</summary>
    [GeneratedRegex(
        @"no auth attempts|Did not receive identification|Bad protocol version|Unable to negotiate|banner exchange|ssh_dispatch|kex_exchange|client public DH|Magic value|"
            + @"Connection (closed|reset)|Received disconnect|Disconnect(ed|ing) |lost connection|too many errors|PREGREET|HANGUP|COMMAND \w+ LIMIT|DNSBL|fatal: |refused connect|"
            + @"no (host name|IP address) found|did not issue|Invalid authentication mechanism|no MAIL in|synchronization error|protocol error|nonmail commands|when not advertised|"
            + @"reject(ed)?\b|improper command|pipelining|sender verify|Relaying denied|User unknown|> unknown$|dropped: |DROP in ACL|Trusted domain error|identification string"
    )]
    private static partial Regex NoAttempt();

    /// <summary>What PAM says of a daemon that says it itself, and what a daemon sums up at a connection's end.</summary>
    [GeneratedRegex(
        @"pam_unix|disconnect from \S+ .*auth=0/|Maximum login attempts|Max auth tries reached|Disconnecting: Too many authentication failures|Bruteforce attempt from"
    )]
    private static partial Regex ToldAgain();
}
