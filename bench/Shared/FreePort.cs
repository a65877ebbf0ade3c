using System.Net;
using System.Net.Sockets;

namespace Guard.Bench.Shared;

/// <summary>Ports of loopback that nobody uses.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
