using System.Net;
using System.Net.Sockets;
using Guard.Host.Platform;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>
/// A server and a client as two network namespaces joined by a cable. The client has several addresses: the thief's, a neighbour's, and one of
/// a stranger. Nothing of it touches the machine that runs the tests.
/// </summary>
internal sealed class TwoMachines : IAsyncDisposable
{
    public const string Thief4 = "10.77.0.66";
    public const string Neighbour4 = "10.77.0.67";
    public const string Stranger4 = "10.78.0.5";

    /// <summary>Addresses as the internet has them, which the guard judges; private ones are at home everywhere.</summary>
    public const string Public4 = "45.77.0.66";
    public const string ExemptPublic4 = "45.77.0.67";

    /// <summary>In another network.</summary>
    public const string OtherPublic4 = "45.78.0.5";
    public const string Thief6 = "fd77:0:0:66::1";
    public const string ThiefAgain6 = "fd77:0:0:66:aaaa::2";
    public const string Stranger6 = "fd77:0:0:67::1";
    public const string Server4 = "10.77.0.1";
    public const string Server6 = "fd77:0:0:1::1";

    private const int Port = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private static int _count;

    private readonly ProcessRunner _runner = new();
    private readonly string _server;
    private readonly string _client;
    private readonly List<Socket> _sockets = [];

    private TwoMachines()
    {
        var id = $"{Environment.ProcessId:x}{Interlocked.Increment(ref _count)}";
        _server = $"ags{id}";
        _client = $"agc{id}";
        Server = new NetworkNamespace(_runner, _server);
        Client = new NetworkNamespace(_runner, _client);
    }

    public NetworkNamespace Server { get; }

    public NetworkNamespace Client { get; }

    public static async Task<TwoMachines> Start(CancellationToken cancellation)
    {
        var machines = new TwoMachines();
        try
        {
            foreach (var words in machines.Commands().Select(line => line.Split(' ')))
                await machines._runner.Must(new ProcessRequest("ip", [.. words]), cancellation);
            machines.Listen(Server4);
            machines.Listen(Server6);
            // Neighbours have to find each other first, which takes a while on a busy machine.
            foreach (var address in new[] { Thief4, Neighbour4, Stranger4, Public4, ExemptPublic4, OtherPublic4, Thief6, ThiefAgain6, Stranger6 })
                Xunit.Assert.True(
                    await Eventually.Within(TimeSpan.FromSeconds(10), () => machines.Reaches(address, cancellation), cancellation),
                    $"{address} does not reach the server"
                );
        }
        catch
        {
            await machines.DisposeAsync();
            throw;
        }
        return machines;
    }

    /// <summary>Whether the server takes a connection from one of the client's addresses.</summary>
    public async Task<bool> Reaches(string from, CancellationToken cancellation, int port = Port)
    {
        using var socket = await Connect(from, cancellation, port);
        return socket is not null;
    }

    public async Task<Socket?> Connect(string from, CancellationToken cancellation, int port = Port)
    {
        var address = IPAddress.Parse(from);
        var socket = Client.Socket(address.AddressFamily);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(
                new IPEndPoint(IPAddress.Parse(address.AddressFamily == AddressFamily.InterNetwork ? Server4 : Server6), port),
                limit.Token
            );
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Whether what is said on a connection comes back.</summary>
    public static async Task<bool> Echoes(Socket socket, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await socket.SendAsync(new byte[] { 1 }, limit.Token);
            return await socket.ReceiveAsync(new byte[1], limit.Token) == 1;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Listen(string address)
    {
        var parsed = IPAddress.Parse(address);
        var socket = Server.Socket(parsed.AddressFamily);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(parsed, Port));
        socket.Listen();
        _ = Serve(socket);
    }

    private static async Task Serve(Socket listener)
    {
        try
        {
            while (true)
                _ = Echo(await listener.AcceptAsync());
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Echo(Socket socket)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[1];
                while (await socket.ReceiveAsync(buffer) is var count && count > 0)
                    await socket.SendAsync(buffer);
            }
            catch (SocketException)
            {
                // The client went away.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        foreach (var name in new[] { _server, _client })
            await _runner.Run(new ProcessRequest("ip", "netns", "del", name));
    }

    private IEnumerable<string> Commands()
    {
        var (left, right) = ($"v{_server}", $"v{_client}");
        yield return $"netns add {_server}";
        yield return $"netns add {_client}";
        yield return $"link add {left} netns {_server} type veth peer name {right} netns {_client}";
        yield return $"-n {_server} link set lo up";
        yield return $"-n {_client} link set lo up";
        yield return $"-n {_server} link set {left} up";
        yield return $"-n {_client} link set {right} up";
        yield return $"-n {_server} addr add {Server4}/8 dev {left}";
        yield return $"-n {_server} addr add {Server6}/32 dev {left} nodad";
        foreach (var address in new[] { Public4, ExemptPublic4, OtherPublic4 })
        {
            yield return $"-n {_client} addr add {address}/32 dev {right}";
            yield return $"-n {_server} route add {address}/32 dev {left}";
        }
        foreach (var address in new[] { Thief4, Neighbour4, Stranger4 })
            yield return $"-n {_client} addr add {address}/8 dev {right}";
        foreach (var address in new[] { Thief6, ThiefAgain6, Stranger6 })
            yield return $"-n {_client} addr add {address}/32 dev {right} nodad";
    }
}
