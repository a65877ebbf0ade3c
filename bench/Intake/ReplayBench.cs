using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Bench.Intake;

/// <summary>`accountguard replay` of a million lines as a process of its own, beside fail2ban-regex on the same file.</summary>
internal static partial class ReplayBench
{
    private const int Runs = 5;

    /// <summary>Accounts, days and a botnet's addresses: first one grows alone, then the other, at about as many lines of ordinary life.</summary>
    private static readonly (int Accounts, int Days, int Addresses)[] Sizes =
    [
        (1000, 22, 0),
        (1000, 22, 30_000),
        (1000, 22, 100_000),
        (1000, 22, 300_000),
        (1000, 22, 1_000_000),
        (100, 220, 0),
        (10_000, 3, 0),
        (50_000, 1, 0),
    ];

    public static void Run(BenchDirectory bench)
    {
        Run(bench.Log(1000, 44));
        Run(bench.Log(1000, 44, 300_000));
    }

    /// <summary>What a line costs as addresses and accounts grow.</summary>
    public static void RunSizes(BenchDirectory bench)
    {
        Console.WriteLine("\n## replay against size: median of 3, start-up included\n");
        Console.WriteLine("| accounts, days, addresses of a botnet | lines/s | seconds (least to most) | MiB resident |\n|---|---|---|---|");
        foreach (var (accounts, days, addresses) in Sizes)
        {
            var log = bench.Log(accounts, days, addresses);
            Replay($"{accounts:N0}, {days}, {addresses:N0}", log, File.ReadLines(log).Count(), 3);
        }
    }

    private static double Replay(string name, string log, int lines, int runs) =>
        Measure(
            name,
            lines,
            runs,
            Path.Combine(BenchDirectory.Repository, "bin/publish/accountguard"),
            "replay",
            "--config",
            Path.Combine(BenchDirectory.Repository, "hocon/demo.conf"),
            "--format",
            "ndjson",
            log
        );

    private static void Run(string log)
    {
        var lines = File.ReadLines(log).Count();
        Console.WriteLine(
            $"\n## replay: {lines:N0} mixed Dovecot and Postfix lines, {new FileInfo(log).Length >> 20} MiB; median of {Runs}, start-up included\n"
        );
        Console.WriteLine("| program | lines/s | seconds (least to most) | MiB resident |\n|---|---|---|---|");
        var ours = Replay("accountguard replay", log, lines, Runs);
        if (!File.Exists("/usr/bin/fail2ban-regex"))
        {
            Console.WriteLine("fail2ban-regex is not here: apt-get install fail2ban");
            return;
        }
        foreach (var filter in (string[])["postfix[mode=auth]", "postfix[mode=aggressive]", "dovecot[mode=aggressive]"])
        {
            var theirs = Measure($"fail2ban-regex {filter}", lines, 3, "/usr/bin/fail2ban-regex", log, filter);
            Console.WriteLine($"| ratio | {ours / theirs:F1} | | |");
        }
    }

    private static double Measure(string name, int lines, int runs, string program, params string[] arguments)
    {
        var seconds = new List<double>();
        var memory = new List<long>();
        for (var run = 0; run < runs; run++)
        {
            var output = BenchDirectory.Run("/usr/bin/env", ["time", "-f", "measured %e %M", program, .. arguments]);
            var measured = Measured().Match(output);
            seconds.Add(double.Parse(measured.Groups[1].Value, CultureInfo.InvariantCulture));
            memory.Add(long.Parse(measured.Groups[2].Value, CultureInfo.InvariantCulture) / 1024);
        }
        seconds.Sort();
        var rate = lines / seconds[runs / 2];
        Console.WriteLine($"| {name} | {rate:N0} | {seconds[runs / 2]:F2} ({seconds[0]:F2} to {seconds[^1]:F2}) | {memory.Max()} |");
        return rate;
    }

    [GeneratedRegex(@"measured ([0-9.]+) ([0-9]+)\s*$")]
    private static partial Regex Measured();
}
