using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Guard.Host.Tests.Sockets;

/// <summary>A client's side of a connection to a listener under test.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    public static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly Socket _socket;

    private Loopback(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public NetworkStream Stream { get; }

    /// <param name="roomForAnswers">Bytes that the system keeps until they are read; 0 for the usual.</param>
    public static async Task<Loopback> ConnectAsync(EndPoint endPoint, CancellationToken cancel, int roomForAnswers = 0)
    {
        var unix = endPoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (roomForAnswers > 0)
            socket.ReceiveBufferSize = roomForAnswers;
        await socket.ConnectAsync(endPoint, cancel);
        return new Loopback(socket);
    }

    public Task SendAsync(string text, CancellationToken cancel) => Stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask();

    /// <summary>Reads exactly as many characters as expected, or what came before the end.</summary>
    public async Task<string> ReceiveAsync(int count, CancellationToken cancel)
    {
        var bytes = new byte[count];
        var read = await Stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    /// <summary>Sends without ever reading, until the peer closes or takes nothing any more for a while.</summary>
    public async Task FloodAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using var stuck = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (true)
            {
                stuck.CancelAfter(TimeSpan.FromSeconds(5));
                await Stream.WriteAsync(bytes, stuck.Token);
            }
        }
        catch (Exception ended) when (ended is IOException || (ended is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // Closed, or full.
        }
    }

    /// <summary>Looks until it is so; false when it does not become so.</summary>
    public static async Task<bool> UntilAsync(Func<bool> reached, CancellationToken cancel)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); !reached(); await Task.Delay(10, cancel))
        {
            if (since.Elapsed > TimeSpan.FromSeconds(60))
                return false;
        }
        return true;
    }

    /// <summary>The peer has closed; nothing more came.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken cancel)
    {
        try
        {
            return await Stream.ReadAsync(new byte[1], cancel) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public static UnixDomainSocketEndPoint TemporarySocket() => new(Path.Combine(Path.GetTempPath(), $"ag-{Guid.NewGuid():N}.sock"));

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
