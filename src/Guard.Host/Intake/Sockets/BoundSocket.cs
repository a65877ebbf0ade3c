using System.Net;
using System.Net.Sockets;
using Guard.Host.Platform;

namespace Guard.Host.Intake.Sockets;

/// <summary>Opens listening sockets. A Unix socket left by a killed guard is replaced, one that still answers is not.</summary>
internal static class BoundSocket
{
    /// <summary>The mail server runs as another user and reaches the socket by its group.</summary>
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static Socket Listen(EndPoint endPoint, int backlog)
    {
        var unix = endPoint as UnixDomainSocketEndPoint;
        if (unix is not null)
            UnixSocketPath.Clear(unix.ToString());
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            if (unix is not null)
                File.SetUnixFileMode(unix.ToString(), Mode);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
