using Guard.Bench.Inline.Servers;

namespace Guard.Bench.Inline.Hostile;

/// <summary>Answers to a mail server when nobody disturbs, and while connections are held idle, many sign in at once, and names without end fail to log in.
/// Prints Markdown.</summary>
internal static class HostileBench
{
    public static void Run(TimeSpan length, int rate, int idle, int signIns, int names)
    {
        using var server = new AttackedServer();
        server.Start();
        LoadClient.Run(server.Port, 16, server.WarmUp);
        Console.WriteLine(
            $"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {rate} policy requests a second over 64 connections, {length.TotalSeconds:N0} s each; client, attackers and server on the same cores"
        );
        Console.WriteLine();
        Console.WriteLine("| while | p50 ms | p99 ms | worst ms | answered | of these without the guard | resident MiB | most resident MiB | stored MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Measure(server, "nobody disturbs", rate, length);
        if (idle > 0)
        {
            using var held = new IdleConnections(idle, server.Port, server.AuthPort, server.MilterPort);
            Measure(server, $"{idle:N0} idle connections are held to three ports, and {Math.Min(1000, idle / 3):N0} each by nobody", rate, length);
            Console.Error.WriteLine($"{held.Opened:N0} connections were opened");
        }
        if (signIns > 0)
        {
            using var trying = new SignIns(signIns, server.ConsolePort);
            Measure(server, $"{signIns:N0} sign in at once", rate, length);
            Console.Error.WriteLine($"{trying.Tried:N0} sign-ins were tried");
        }
        if (names > 0)
        {
            using var writing = new RandomNames(names, server.Log, length);
            Measure(server, $"{names:N0} names that there are not fail to log in", rate, length);
            Console.Error.WriteLine($"{writing.Written:N0} names were written");
        }
        Measure(server, "nobody disturbs again", rate, length);
        if (idle > 0 && signIns > 0 && names > 0)
            All(server, length, rate, idle, signIns, names);
        Console.WriteLine();
        foreach (var row in server.Intake())
            Console.WriteLine(
                $"{row.GetProperty("kind").GetString()}: asked {row.GetProperty("asked")}, unanswered {row.GetProperty("unanswered")}, refused {row.GetProperty("refused")}, cut {row.GetProperty("cut")}"
            );
    }

    private static void All(AttackedServer server, TimeSpan length, int rate, int idle, int signIns, int names)
    {
        using var held = new IdleConnections(idle, server.Port, server.AuthPort, server.MilterPort);
        using var trying = new SignIns(signIns, server.ConsolePort);
        using var writing = new RandomNames(names, server.Log, length);
        Measure(server, "all of it at once", rate, length);
    }

    /// <summary>Questions that were answered as if there were no guard, since it was late.</summary>
    private static long Unanswered(AttackedServer server) =>
        server.Intake().Single(row => row.GetProperty("kind").GetString() == "postfix-policy").GetProperty("unanswered").GetInt64();

    private static void Measure(AttackedServer server, string name, int rate, TimeSpan length)
    {
        var before = Unanswered(server);
        var times = PacedClient.Run(server.Port, rate, length);
        Console.WriteLine(
            $"| {name} | {times.At(0.5):N2} | {times.At(0.99):N1} | {times.Worst:N0} | {times.Count:N0} of {rate * (int)length.TotalSeconds:N0} | {Unanswered(server) - before:N0} | {server.Memory("VmRSS"):N0} | {server.Memory("VmHWM"):N0} | {server.Stored:N0} |"
        );
    }
}
