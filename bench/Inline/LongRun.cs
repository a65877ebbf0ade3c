using System.Diagnostics;
using Guard.Bench.Inline.Servers;

namespace Guard.Bench.Inline;

/// <summary>The guard alone, asked at a steady rate for long: how answers and memory are in each part of it.</summary>
internal static class LongRun
{
    private static readonly TimeSpan LongestPart = TimeSpan.FromMinutes(3);

    public static void Run(TimeSpan length, int rate)
    {
        using var guard = new GuardServer();
        guard.Start();
        // All accounts awake, code compiled, as on a server that runs.
        LoadClient.Run(guard.Port, 64, guard.WarmUp);
        Console.WriteLine($"AccountGuard asked {rate:N0} times a second over 64 connections, answers counted from when their question was due:\n");
        Console.WriteLine(
            "| minutes | requests | p50 ms | p99 ms | p99.9 ms | worst ms | processor µs each | resident MiB |\n|---|---|---|---|---|---|---|---|"
        );
        var part = length < LongestPart ? length : LongestPart;
        var all = new List<Latencies>();
        var begun = guard.Used;
        for (var at = TimeSpan.Zero; at < length; at += part)
        {
            var used = guard.Used;
            var times = PacedClient.Run(guard.Port, rate, part);
            all.Add(times);
            Row($"{at.TotalMinutes:0}–{(at + part).TotalMinutes:0}", times, guard.Used - used, guard);
        }
        Row("all", Latencies.Of(all), guard.Used - begun, guard);
    }

    private static void Row(string name, Latencies times, TimeSpan used, GuardServer guard)
    {
        using var process = Process.GetProcessById(guard.ProcessId);
        Console.WriteLine(
            $"| {name} | {times.Count:N0} | {times.At(0.5):F2} | {times.At(0.99):F2} | {times.At(0.999):F2} | {times.Worst:F1} | {used.TotalMicroseconds / times.Count:F0} | {process.WorkingSet64 >> 20} |"
        );
    }
}
