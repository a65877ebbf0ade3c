using System.Globalization;

namespace Guard.Bench.Decision;

/// <summary>What a decision costs the processor: on a machine that others keep busy, the clock measures them.</summary>
internal static class ProcessorTimes
{
    private const int Decisions = 200_000;
    private const int Rounds = 7;

    public static void Print(TextWriter output)
    {
        var bench = new DecisionBench();
        bench.Setup();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"µs of the process, its collector's included: median of {Rounds} rounds of {Decisions:N0}, least, most"
            )
        );
        Print(output, "a usual login", bench.A_usual_login);
        Print(output, "a usual mail", bench.A_usual_mail);
        Print(output, "a mail from a strange country", bench.A_mail_from_a_strange_country);
        Print(output, "a failed login", bench.A_failed_login);
    }

    private static void Print(TextWriter output, string what, Func<object> decide)
    {
        // The first rounds are compiled while they run.
        Round(decide);
        Round(decide);
        var sorted = Enumerable.Range(0, Rounds).Select(_ => Round(decide)).Order().ToArray();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {sorted[Rounds / 2]:0.00} | {sorted[0]:0.00} | {sorted[^1]:0.00} |"));
    }

    private static double Round(Func<object> decide)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Decisions; i++)
            GC.KeepAlive(decide());
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Decisions;
    }
}
