using Guard.Bench.Inline.Servers;

namespace Guard.Bench.Inline;

/// <summary>
/// Two builds of the guard, both running all the time and asked in turn, so that what else the machine does falls on both. The processor time of each
/// request is the sturdier figure: others take time from an answer, hardly from its work.
/// </summary>
internal static class Comparison
{
    public static void Run(string beside, TimeSpan length, int[] connections, int rounds)
    {
        using var before = new GuardServer(beside);
        using var now = new GuardServer();
        foreach (var guard in (GuardServer[])[before, now])
        {
            guard.Start();
            Console.Error.WriteLine($"{guard.Name}: process {guard.ProcessId}");
            LoadClient.Run(guard.Port, connections.Max(), guard.WarmUp);
        }
        Console.WriteLine(
            "| connections | requests/s before | now | ratio | processor µs each before | now | ratio | p99 ms before | now |\n|---|---|---|---|---|---|---|---|---|"
        );
        foreach (var count in connections)
        {
            var pairs = Enumerable.Range(0, rounds).Select(_ => (Before: Measure(before, count, length), Now: Measure(now, count, length))).ToArray();
            Console.WriteLine(
                $"| {count} | {Median(pairs, pair => pair.Before.PerSecond):N0} | {Median(pairs, pair => pair.Now.PerSecond):N0} | {Median(pairs, pair => pair.Now.PerSecond / pair.Before.PerSecond):F2} "
                    + $"| {Median(pairs, pair => pair.Before.MicrosecondsEach):F0} | {Median(pairs, pair => pair.Now.MicrosecondsEach):F0} | {Median(pairs, pair => pair.Now.MicrosecondsEach / pair.Before.MicrosecondsEach):F2} "
                    + $"| {Median(pairs, pair => pair.Before.Times.At(0.99)):F1} | {Median(pairs, pair => pair.Now.Times.At(0.99)):F1} |"
            );
        }
    }

    private static Measured Measure(GuardServer guard, int connections, TimeSpan length)
    {
        var used = guard.Used;
        var times = LoadClient.Run(guard.Port, connections, length);
        return new Measured(guard.Name, connections, times, length, guard.Used - used);
    }

    private static double Median<T>(IEnumerable<T> of, Func<T, double> figure)
    {
        double[] sorted = [.. of.Select(figure).Order()];
        return sorted[sorted.Length / 2];
    }
}
