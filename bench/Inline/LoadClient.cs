using System.Diagnostics;
using System.Net.Sockets;

namespace Guard.Bench.Inline;

/// <summary>Every connection asks again as soon as it was answered. One thread serves them all, so that the client takes little of the machine.</summary>
internal static class LoadClient
{
    public static Latencies Run(int port, int connections, TimeSpan length)
    {
        var clients = new Dictionary<Socket, (PolicyClient Client, int Index)>();
        for (var index = 0; index < connections; index++)
        {
            var client = new PolicyClient(port);
            clients.Add(client.Socket, (client, index));
        }
        var random = new Random(connections);
        var times = new List<double>(1 << 16);
        var begun = Stopwatch.GetTimestamp();
        foreach (var (client, index) in clients.Values)
            client.Send(PolicyText.Next(random, index), Stopwatch.GetTimestamp());
        List<Socket> all = [.. clients.Keys];
        List<Socket> ready = [.. all];
        while (Stopwatch.GetElapsedTime(begun) < length)
        {
            if (connections > 1)
            {
                ready.Clear();
                ready.AddRange(all);
                Socket.Select(ready, null, null, TimeSpan.FromSeconds(30));
            }
            foreach (var socket in ready)
            {
                var (client, index) = clients[socket];
                if (client.Receive(times) > 0)
                    client.Send(PolicyText.Next(random, index), Stopwatch.GetTimestamp());
            }
        }
        foreach (var (client, _) in clients.Values)
            client.Dispose();
        return new Latencies([.. times]);
    }
}
