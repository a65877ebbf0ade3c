using System.Net;
using System.Net.Sockets;
using Guard.EndToEnd.Tests.Firewall;
using Guard.EndToEnd.Tests.Locks;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The internet, as far as a booted server sees it: a namespace at the other end of its cable from which clients come with any address.</summary>
internal sealed class World : IDisposable
{
    public const string Server = "198.51.100.25";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly GuardProgram _runner = new();
    private readonly NetworkNamespace _space;

    private World(string name) => _space = new NetworkNamespace(new ProcessRunner(), name);

    public static World Around(BootedMachine server)
    {
        var world = new World($"agw{server.InitProcess:x}");
        var name = world._space.Name;
        foreach (
            var line in new[]
            {
                $"netns add {name}",
                $"link add {name} netns {name} type veth peer name eth0 netns {server.InitProcess}",
                $"-n {name} link set lo up",
                $"-n {name} link set {name} up",
                $"-n {name} addr add 198.51.100.1/24 dev {name}",
                $"-n {name} route add local 0.0.0.0/1 dev lo",
                $"-n {name} route add local 128.0.0.0/2 dev lo",
            }
        )
            world._runner.Must("ip", line.Split(' '));
        server.Must("ip", "addr", "add", $"{Server}/24", "dev", "eth0");
        server.Must("ip", "link", "set", "eth0", "up");
        server.Must("ip", "route", "add", "default", "via", "198.51.100.1");
        return world;
    }

    /// <summary>A conversation with the server; null when it does not take the connection.</summary>
    public async Task<LineTalk?> OpenAsync(string from, int port)
    {
        var socket = _space.Socket(AddressFamily.InterNetwork);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(Server), port), limit.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
        return await LineTalk.Over(socket, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _runner.Run("ip", "netns", "del", _space.Name);
        _runner.Dispose();
    }
}
