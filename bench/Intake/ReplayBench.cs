using System.Globalization;
using System.Text.RegularExpressions;
using Guard.Bench.Shared;

namespace Guard.Bench.Intake;

/// <summary>`accountguard replay` of a million lines as a process of its own, beside fail2ban-regex and CrowdSec on the same file.</summary>
internal static partial class ReplayBench
{
    private const int Runs = 5;
    private const int PeerRuns = 3;
    private const int PartLines = 30_000;

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
        DebianPackages.Install("fail2ban", "time");
        Run(bench, bench.Log(1000, 44), "replay, few addresses");
        Run(bench, bench.Log(1000, 44, 300_000), "replay, 300,000 addresses");
    }

    /// <summary>What a line costs as addresses and accounts grow.</summary>
    public static void RunSizes(BenchDirectory bench)
    {
        Console.WriteLine("\n## replay against size: median of 3, start-up included\n");
        Console.WriteLine("| accounts, days, addresses of a botnet | lines/s | seconds (least to most) | MiB resident |\n|---|---|---|---|");
        foreach (var (accounts, days, addresses) in Sizes)
        {
            var log = bench.Log(accounts, days, addresses);
            var (seconds, memory) = Take(PeerRuns, OurReplay(log));
            Console.WriteLine(
                $"| {accounts:N0}, {days}, {addresses:N0} | {File.ReadLines(log).Count() / seconds[PeerRuns / 2]:N0} | {seconds[PeerRuns / 2]:F2} ({seconds[0]:F2} to {seconds[^1]:F2}) | {memory} |"
            );
        }
    }

    private static string[] OurReplay(string log) =>
        [
            Path.Combine(BenchDirectory.Repository, "bin/publish/accountguard"),
            "replay",
            "--config",
            Path.Combine(BenchDirectory.Repository, "hocon/demo.conf"),
            "--format",
            "ndjson",
            log,
        ];

    private static void Run(BenchDirectory bench, string log, string name)
    {
        var lines = File.ReadLines(log).Count();
        Console.WriteLine(
            $"\n## replay: {lines:N0} mixed Dovecot and Postfix lines, {new FileInfo(log).Length >> 20} MiB; median of {Runs}, start-up included\n"
        );
        Console.WriteLine("| program | lines/s | seconds (least to most) | MiB resident | the first is faster by |\n|---|---|---|---|---|");
        name = $"{name}: {lines:N0} lines";
        var ours = Row(name, "accountguard replay", lines, Take(Runs, OurReplay(log)), null);
        foreach (var filter in (string[])["postfix[mode=auth]", "postfix[mode=aggressive]", "dovecot[mode=aggressive]"])
            Row(name, $"fail2ban-regex {filter}", lines, Take(PeerRuns, ["/usr/bin/fail2ban-regex", log, filter]), ours);
        CrowdSec(bench, name, log, ours);
    }

    /// <summary>It takes seconds to load and a thousandth of a second for a line, so that it reads a part, and its start is taken off.</summary>
    private static void CrowdSec(BenchDirectory bench, string name, string log, double ours)
    {
        if (CrowdSecReplay.TrySetUp(bench) is not { } crowdSec)
        {
            Console.WriteLine("| CrowdSec: its package cannot be had | | | | |");
            return;
        }
        var (part, start) = (Path.Combine(bench.Root, "part.log"), Path.Combine(bench.Root, "start.log"));
        File.WriteAllLines(part, File.ReadLines(log).Take(PartLines));
        File.WriteAllLines(start, File.ReadLines(log).Take(1));
        var loading = Take(PeerRuns, crowdSec.Command(start)).Seconds[PeerRuns / 2];
        var (seconds, memory) = Take(PeerRuns, crowdSec.Command(part));
        Row(name, $"CrowdSec, the first {PartLines:N0}, its start taken off", PartLines, ([.. seconds.Select(one => one - loading)], memory), ours);
    }

    private static double Row(string what, string program, int lines, (double[] Seconds, long Memory) runs, double? ours)
    {
        var (seconds, memory) = runs;
        var rate = lines / seconds[seconds.Length / 2];
        var times = ours / rate;
        Console.WriteLine(
            $"| {program} | {rate:N0} | {seconds[seconds.Length / 2]:F2} ({seconds[0]:F2} to {seconds[^1]:F2}) | {memory} | {PeersTable.Times(times)} |"
        );
        PeersTable.Add(what, program, $"{rate:N0} lines/s", times);
        return rate;
    }

    /// <returns>Seconds of each run, sorted, and the most that was resident, in MiB.</returns>
    private static (double[] Seconds, long Memory) Take(int runs, string[] command)
    {
        var seconds = new double[runs];
        var memory = 0L;
        for (var run = 0; run < runs; run++)
        {
            var measured = Measured().Match(BenchDirectory.Run("/usr/bin/env", ["time", "-f", "measured %e %M", .. command]));
            seconds[run] = double.Parse(measured.Groups[1].Value, CultureInfo.InvariantCulture);
            memory = Math.Max(memory, long.Parse(measured.Groups[2].Value, CultureInfo.InvariantCulture) / 1024);
        }
        Array.Sort(seconds);
        return (seconds, memory);
    }

    [GeneratedRegex(@"measured ([0-9.]+) ([0-9]+)\s*$")]
    private static partial Regex Measured();
}
