using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>Who is at the other end of a Unix socket, by the kernel's word (SO_PEERCRED, unix(7)): the login session's user behind sudo is not told.</summary>
internal static class PeerName
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    public static string Of(Socket client)
    {
        if (!OperatingSystem.IsLinux())
            return "local user";
        try
        {
            // struct ucred: process, user, group, 32 bits each.
            var credentials = new byte[12];
            if (client.GetRawSocketOption(SolSocket, SoPeerCred, credentials) < 12)
                return "local user";
            var uid = BinaryPrimitives.ReadUInt32LittleEndian(credentials.AsSpan(4));
            return NameOf(uid) is { } name ? $"uid {uid} ({name})" : $"uid {uid}";
        }
        catch (SocketException)
        {
            return "local user";
        }
    }

    private static string? NameOf(uint uid)
    {
        try
        {
            var number = uid.ToString(CultureInfo.InvariantCulture);
            return File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == number)?[0];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
