using System.Net;
using System.Net.Sockets;
using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Platform;

/// <summary>Who holds the other end, by the kernel's word.</summary>
public sealed class PeerSpecs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(Socket Client, Socket Server)> ConnectAsync(IPAddress listen, IPAddress? to = null)
    {
        using var listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (listen.Equals(IPAddress.IPv6Any))
            listener.DualMode = true;
        listener.Bind(new IPEndPoint(listen, 0));
        listener.Listen(1);
        var client = new Socket((to ?? listen).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(to ?? listen, ((IPEndPoint)listener.LocalEndPoint!).Port, Cancel);
        return (client, await listener.AcceptAsync(Cancel));
    }

    public static TheoryData<string, string> Ways =>
        new()
        {
            { "127.0.0.1", "127.0.0.1" },
            { "::1", "::1" },
            { "::", "127.0.0.1" },
            { "::", "::1" },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_user_of_a_connection_over_loopback_is_known(string listen, string to)
    {
        var (client, server) = await ConnectAsync(IPAddress.Parse(listen), IPAddress.Parse(to));
        using (client)
        using (server)
        {
            Assert.Equal(FileOwner.OwnUser(), Peer.Of(server).User);
            var (remote, local) = (Plain(server.RemoteEndPoint!), Plain(server.LocalEndPoint!));
            Assert.Equal(FileOwner.OwnUser(), SocketTables.UserOf(ProtocolType.Tcp, remote, local));
        }
    }

    private static IPEndPoint Plain(EndPoint endPoint) =>
        endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : (IPEndPoint)endPoint;

    [Fact]
    public async Task Of_a_connection_that_its_user_has_left_nobody_is_known_although_the_kernel_says_root()
    {
        var (client, server) = await ConnectAsync(IPAddress.Loopback);
        using (server)
        {
            await client.SendAsync("request=smtpd_access_policy\n"u8.ToArray(), Cancel);
            client.Dispose();
            Assert.Null(Peer.Of(server).User);
            Assert.Null(SocketTables.UserOf(ProtocolType.Tcp, (IPEndPoint)server.RemoteEndPoint!, (IPEndPoint)server.LocalEndPoint!));
        }
    }

    [Fact]
    public void A_listener_of_the_same_port_is_not_taken_for_the_other_end()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(1);
        // As if another machine had connected from a port at which a service of root listens here.
        var remote = new IPEndPoint(IPAddress.Parse("198.51.100.7"), ((IPEndPoint)listener.LocalEndPoint!).Port);
        Assert.Null(Peer.Of(ProtocolType.Tcp, remote, new IPEndPoint(IPAddress.Loopback, 10031)).User);
    }

    [Fact]
    public void Whose_a_datagram_is_is_known_on_this_machine_and_only_there()
    {
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)sender.LocalEndPoint!).Port;
        var local = new IPEndPoint(IPAddress.Loopback, 10514);
        Assert.Equal(FileOwner.OwnUser(), Peer.Of(ProtocolType.Udp, new IPEndPoint(IPAddress.Loopback, port), local).User);
        Assert.Equal(FileOwner.OwnUser(), SocketTables.UserOf(ProtocolType.Udp, new IPEndPoint(IPAddress.Loopback, port), local));
        Assert.Null(Peer.Of(ProtocolType.Udp, new IPEndPoint(IPAddress.Parse("198.51.100.7"), port), local).User);
    }

    [Fact]
    public async Task A_Unix_socket_tells_too()
    {
        var path = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"peer-{Guid.NewGuid():N}"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen(1);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(path, Cancel);
        using var server = await listener.AcceptAsync(Cancel);
        Assert.Equal(new Peer(FileOwner.OwnUser(), null), Peer.Of(server));
        Assert.StartsWith($"uid {FileOwner.OwnUser()}", Peer.Of(server).ToString(), StringComparison.Ordinal);
        File.Delete(path.ToString());
    }

    [Fact]
    public async Task The_kernel_is_asked_in_microseconds_however_many_connections_there_are()
    {
        var (client, server) = await ConnectAsync(IPAddress.Loopback);
        using (client)
        using (server)
        {
            const int Rounds = 2000;
            var watch = System.Diagnostics.Stopwatch.StartNew();
            for (var i = 0; i < Rounds; i++)
                Assert.NotNull(Peer.Of(server).User);
            // Told, not asserted: how fast a machine is says nothing of right and wrong.
            TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalMicroseconds / Rounds:0.0} µs a question");
        }
    }

    [Theory]
    [InlineData(1024, 85)]
    [InlineData(512, 8)]
    [InlineData(20_000, 3248)]
    [InlineData(1_000_000_000, 100_000)]
    public void Listeners_share_what_the_process_may_open_and_leave_room_for_the_rest(long descriptors, int connections) =>
        Assert.Equal(connections, DescriptorLimit.Share(descriptors));
}
