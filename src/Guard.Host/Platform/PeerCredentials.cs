using System.Buffers.Binary;
using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED, unix(7)): the identity with which it connected.</summary>
internal readonly record struct PeerCredentials(int Process, uint User, uint Group)
{
    private const int SolSocket = 1;
    private const int SoPeerCredentials = 17;
    private const int SoPeerGroups = 59;
    private const int MaxGroups = 1024;

    /// <exception cref="SocketException">The kernel does not tell.</exception>
    public static PeerCredentials Of(Socket socket)
    {
        // struct ucred: process, user, group, 32 bits each.
        Span<byte> bytes = stackalloc byte[12];
        socket.GetRawSocketOption(SolSocket, SoPeerCredentials, bytes);
        return new PeerCredentials(BitConverter.ToInt32(bytes), BitConverter.ToUInt32(bytes[4..]), BitConverter.ToUInt32(bytes[8..]));
    }

    /// <summary>Whether the peer is in a group, by its first one or another (SO_PEERGROUPS, Linux 4.13).</summary>
    public static bool IsIn(Socket socket, uint group)
    {
        if (Of(socket).Group == group)
            return true;
        Span<byte> bytes = new byte[MaxGroups * sizeof(uint)];
        try
        {
            var length = socket.GetRawSocketOption(SolSocket, SoPeerGroups, bytes);
            for (var at = 0; at + sizeof(uint) <= length; at += sizeof(uint))
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) == group)
                    return true;
            }
        }
        catch (SocketException)
        {
            // An older kernel, or more groups than anybody has: the first one counts alone.
        }
        return false;
    }
}
