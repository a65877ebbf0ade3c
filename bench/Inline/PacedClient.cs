using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Guard.Bench.Inline;

/// <summary>
/// Asks at fixed times, whether answers came or not (an open loop). An answer's time counts from when its question was due, so that a server that
/// stalls is charged for all who would have asked meanwhile.
/// </summary>
internal static partial class PacedClient
{
    private const int Connections = 64;

    public static Latencies Run(int port, int rate, TimeSpan length)
    {
        var clients = Enumerable.Range(0, Connections).Select(_ => new PolicyClient(port)).ToArray();
        var questions = (int)(rate * length.TotalSeconds);
        var times = new List<double>(questions);
        var asking = new Thread(() => Ask(clients, rate, questions));
        asking.Start();
        var sockets = clients.ToDictionary(client => client.Socket);
        List<Socket> ready = [];
        while (times.Count < questions)
        {
            ready.Clear();
            ready.AddRange(sockets.Keys);
            Socket.Select(ready, null, null, TimeSpan.FromSeconds(30));
            if (ready.Count == 0)
                throw new InvalidOperationException($"no answer for 30 s; {times.Count} of {questions} were answered");
            foreach (var socket in ready)
                sockets[socket].Receive(times);
        }
        asking.Join();
        foreach (var client in clients)
            client.Dispose();
        return new Latencies([.. times]);
    }

    private static void Ask(PolicyClient[] clients, int rate, int questions)
    {
        var random = new Random(1);
        var begun = Stopwatch.GetTimestamp();
        for (var number = 0; number < questions; number++)
        {
            var due = begun + (long)(number * (double)Stopwatch.Frequency / rate);
            var question = PolicyText.Next(random, number % Connections);
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due).TotalMicroseconds;
            // Thread.Sleep knows whole milliseconds only. A sleep cut short asks a little early, which costs us and nobody else.
            if (early > 1)
                _ = Sleep((uint)early);
            clients[number % Connections].Send(question, due);
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sleep(uint microseconds);
}
