using System.Net;
using System.Net.Sockets;

namespace Guard.Host.Platform;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="User">The user on this machine that holds the other end, by the kernel's word; none: it is on another machine, in another namespace, or
/// gone.</param>
/// <param name="Address">Where it is; none for a Unix socket.</param>
internal readonly record struct Peer(uint? User, IPAddress? Address)
{
    private static readonly Lazy<SocketDiagnostics?> Kernel = new(SocketDiagnostics.Open);

    /// <summary>A kernel without the module that knows a protocol says of each socket that there is none: so it is asked about one that there is.</summary>
    private static readonly Lazy<bool> KnowsConnections = new(() => SocketProbe.Connection(Kernel.Value));

    private static readonly Lazy<bool> KnowsDatagrams = new(() => SocketProbe.Datagram(Kernel.Value));

    public static Peer Of(Socket connection)
    {
        try
        {
            if (connection.AddressFamily == AddressFamily.Unix)
                return new Peer(PeerCredentials.Of(connection).User, null);
            return connection is { RemoteEndPoint: IPEndPoint remote, LocalEndPoint: IPEndPoint local } ? Of(ProtocolType.Tcp, remote, local) : default;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Whoever left before they were looked at is nobody.
            return default;
        }
    }

    /// <param name="remote">The other end.</param>
    /// <param name="local">This end.</param>
    public static Peer Of(ProtocolType protocol, IPEndPoint remote, IPEndPoint local)
    {
        var (other, own) = (Plain(remote), Plain(local));
        return new Peer(UserOf(protocol, other, own), other.Address);
    }

    /// <summary>For logs and audit lines: <c>uid 33 (www-data)</c>, or an address.</summary>
    public override string ToString() => User is { } user ? SystemAccounts.Machine.Describe(user) : Address?.ToString() ?? "somebody who had left";

    private static uint? UserOf(ProtocolType protocol, IPEndPoint remote, IPEndPoint local)
    {
        // A datagram's socket is found by its port alone: what comes from another machine must not be taken for a socket of this one.
        if (!OperatingSystem.IsLinux() || protocol == ProtocolType.Udp && !OwnAddresses.Machine.Contains(remote.Address))
            return null;
        try
        {
            if (Kernel.Value is { } kernel && (protocol == ProtocolType.Udp ? KnowsDatagrams : KnowsConnections).Value)
                return kernel.UserOf(protocol, remote, local);
        }
        catch (SocketException)
        {
            // The kernel has no such module, or a sandbox lets the question not through.
        }
        return SocketTables.UserOf(protocol, remote, local);
    }

    private static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
