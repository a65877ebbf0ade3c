using Guard.Bench.Shared;

namespace Guard.Bench.Inline;

/// <summary>Markdown tables, with how many times faster the first server is.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measured> results)
    {
        Console.WriteLine(
            "\n| connections | server | requests/s | p50 ms | p99 ms | worst ms | processor µs each | the first is faster by |\n|---|---|---|---|---|---|---|---|"
        );
        foreach (var group in results.GroupBy(result => result.Connections))
        {
            var first = group.First();
            foreach (var one in group)
            {
                double? faster = one == first ? null : first.PerSecond / one.PerSecond;
                Console.WriteLine(
                    $"| {one.Connections} | {one.Server} | {one.PerSecond:N0} | {one.Times.At(0.5):F2} | {one.Times.At(0.99):F2} | {one.Times.Worst:F1} | {one.MicrosecondsEach:F0} | {PeersTable.Times(faster)} |"
                );
                PeersTable.Add(
                    $"policy answers, {one.Connections} connections",
                    one.Server,
                    $"{one.PerSecond:N0} a second, {one.MicrosecondsEach:F0} µs each",
                    faster
                );
            }
        }
    }

    public static void PrintPaced(int rate, Latencies times)
    {
        Console.WriteLine($"\nAccountGuard asked {rate:N0} times a second over 64 connections, answers counted from when their question was due:\n");
        Console.WriteLine("| requests | p50 ms | p99 ms | p99.9 ms | worst ms |\n|---|---|---|---|---|");
        Console.WriteLine($"| {times.Count:N0} | {times.At(0.5):F2} | {times.At(0.99):F2} | {times.At(0.999):F2} | {times.Worst:F1} |");
    }
}
