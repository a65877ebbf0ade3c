using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>The same from the tables in <c>/proc/net</c> (proc(5)), where sock_diag is not to be had: the whole table is read for each question.</summary>
internal static class SocketTables
{
    private const int LocalField = 1;
    private const int RemoteField = 2;
    private const int UserField = 7;
    private const int InodeField = 9;

    /// <returns>None when there is no such socket, or nobody holds it any more.</returns>
    public static uint? UserOf(ProtocolType protocol, IPEndPoint owned, IPEndPoint other, string directory = "/proc/net")
    {
        var name = protocol == ProtocolType.Udp ? "udp" : "tcp";
        var connected = protocol != ProtocolType.Udp;
        // A socket of IPv6 may speak IPv4; one of UDP need not be bound to an address.
        return Find(Path.Combine(directory, name), Text(owned), connected ? Text(other) : null)
            ?? Find(Path.Combine(directory, $"{name}6"), Text(Mapped(owned)), connected ? Text(Mapped(other)) : null)
            ?? (connected ? null : Find(Path.Combine(directory, name), Text(new IPEndPoint(IPAddress.Any, owned.Port)), null))
            ?? (connected ? null : Find(Path.Combine(directory, $"{name}6"), Text(new IPEndPoint(IPAddress.IPv6Any, owned.Port)), null));
    }

    private static uint? Find(string table, string owned, string? other)
    {
        try
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (
                    fields.Length > InodeField
                    && fields[LocalField] == owned
                    && (other is null || fields[RemoteField] == other)
                    && fields[InodeField] != "0"
                    && uint.TryParse(fields[UserField], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
                )
                {
                    return user;
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // There is no such table here.
        }
        return null;
    }

    private static IPEndPoint Mapped(IPEndPoint endPoint) => new(endPoint.Address.MapToIPv6(), endPoint.Port);

    /// <summary>As the table has it: words of 32 bits in the machine's own order.</summary>
    private static string Text(IPEndPoint endPoint)
    {
        var bytes = endPoint.Address.GetAddressBytes();
        for (var word = 0; word < bytes.Length; word += 4)
            Array.Reverse(bytes, word, 4);
        return $"{Convert.ToHexString(bytes)}:{endPoint.Port:X4}";
    }
}
