using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>Asks sock_diag whose a socket of this process is, to find out whether it can say such things here.</summary>
internal static class SocketProbe
{
    public static bool Connection(SocketDiagnostics? kernel)
    {
        if (kernel is null)
            return false;
        try
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndPoint!);
            return kernel.UserOf(ProtocolType.Tcp, (IPEndPoint)client.LocalEndPoint!, (IPEndPoint)client.RemoteEndPoint!) is not null;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static bool Datagram(SocketDiagnostics? kernel)
    {
        if (kernel is null)
            return false;
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return kernel.UserOf(ProtocolType.Udp, (IPEndPoint)socket.LocalEndPoint!, new IPEndPoint(IPAddress.Loopback, 9)) is not null;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
