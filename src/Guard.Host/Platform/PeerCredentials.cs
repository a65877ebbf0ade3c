using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED, unix(7)).</summary>
internal readonly record struct PeerCredentials(int Process, uint User, uint Group)
{
    private const int SolSocket = 1;
    private const int SoPeerCredentials = 17;

    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[12];
        socket.GetRawSocketOption(SolSocket, SoPeerCredentials, bytes);
        return new PeerCredentials(BitConverter.ToInt32(bytes), BitConverter.ToUInt32(bytes[4..]), BitConverter.ToUInt32(bytes[8..]));
    }
}
