using System.Net;
using System.Net.Sockets;

namespace Guard.EndToEnd.Tests;

/// <summary>Ports for servers that the tests start.</summary>
internal static class FreePort
{
    // Below those that the system gives to connections: between the look and the server's start a browser or a database client would take one of them.
    private const int First = 20_000;
    private const int Count = 12_000;

    // Runs beside each other begin far from each other.
    private static int _last = unchecked(Environment.ProcessId * 7919);

    /// <summary>A free port of loopback, given to nobody else in this run.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there: the next.
            }
        }
        throw new InvalidOperationException($"no port from {First} to {First + Count} is free");
    }
}
