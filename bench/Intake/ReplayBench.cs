using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Bench.Intake;

/// <summary>`accountguard replay` of a million lines as a process of its own, beside fail2ban-regex on the same file.</summary>
internal static partial class ReplayBench
{
    private const int Runs = 5;

    public static void Run(BenchDirectory bench)
    {
        var log = bench.Log(1000, 44);
        var lines = File.ReadLines(log).Count();
        Console.WriteLine(
            $"\n## replay: {lines:N0} mixed Dovecot and Postfix lines, {new FileInfo(log).Length >> 20} MiB; median of {Runs}, start-up included\n"
        );
        Console.WriteLine("| program | lines/s | seconds (least to most) | MiB resident |\n|---|---|---|---|");
        var ours = Measure(
            "accountguard replay",
            lines,
            Runs,
            Path.Combine(BenchDirectory.Repository, "bin/publish/accountguard"),
            "replay",
            "--config",
            Path.Combine(BenchDirectory.Repository, "hocon/demo.conf"),
            "--format",
            "ndjson",
            log
        );
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
