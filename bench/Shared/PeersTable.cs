namespace Guard.Bench.Shared;

/// <summary>One table of all benches with peers: each adds its rows to the file that ACCOUNTGUARD_BENCH_TABLE names, and `make bench` prints it at the end.</summary>
internal static class PeersTable
{
    /// <param name="what">What was asked of each.</param>
    /// <param name="figure">Of the median run, with its unit.</param>
    /// <param name="faster">How many times AccountGuard is faster; null in its own row.</param>
    public static void Add(string what, string program, string figure, double? faster)
    {
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_BENCH_TABLE") is not { Length: > 0 } file)
            return;
        if (!File.Exists(file))
            File.WriteAllText(file, "| what | program | median | AccountGuard is faster by |\n|---|---|---|---|\n");
        File.AppendAllText(file, $"| {what} | {program} | {figure} | {Times(faster)} |\n");
    }

    /// <summary>As it stands in the last column.</summary>
    public static string Times(double? faster) => faster is { } times ? $"{times:F1} times" : "";
}
