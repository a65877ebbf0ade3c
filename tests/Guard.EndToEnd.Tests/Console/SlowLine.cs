using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>
/// A line of 1.6 Mbit/s in each direction and 150 ms there and back, before a console. Whatever goes over it is counted as it is on the wire, the live
/// connection's compressed frames too, which a browser's own throttling neither slows nor weighs.
/// </summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private const double BytesPerSecond = 200_000;
    private const int Packet = 1400;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(75);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _left = new();
    private readonly Direction _down = new();
    private readonly Direction _up = new();
    private readonly int _port;

    public SlowLine(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Bytes that came from the console so far.</summary>
    public long Received => _down.Bytes;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_left.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    private async Task ServeAsync(Socket browser)
    {
        using var near = browser;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _port, _left.Token);
            await Task.WhenAny(_up.CarryAsync(near, far, _left.Token), _down.CarryAsync(far, near, _left.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        _listener.Dispose();
        _left.Dispose();
    }

    /// <summary>All connections share it.</summary>
    private sealed class Direction
    {
        private readonly Lock _taking = new();
        private TimeSpan _free;
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public async Task CarryAsync(Socket from, Socket to, CancellationToken cancellation)
        {
            var onTheWay = Channel.CreateBounded<(TimeSpan At, byte[] Packet)>(64);
            var arriving = ArriveAsync();
            try
            {
                var packet = new byte[Packet];
                while (await from.ReceiveAsync(packet, cancellation) is var count and > 0)
                    await onTheWay.Writer.WriteAsync((Take(count), packet[..count]), cancellation);
            }
            catch (SocketException) { }
            onTheWay.Writer.Complete();
            await arriving;

            async Task ArriveAsync()
            {
                await foreach (var (at, packet) in onTheWay.Reader.ReadAllAsync(cancellation))
                {
                    if (at - Now is var wait && wait > TimeSpan.Zero)
                        await Task.Delay(wait, cancellation);
                    for (var sent = 0; sent < packet.Length;)
                        sent += await to.SendAsync(packet.AsMemory(sent), cancellation);
                }
            }
        }

        private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

        /// <summary>When so many bytes are at the other end.</summary>
        private TimeSpan Take(int count)
        {
            Interlocked.Add(ref _bytes, count);
            lock (_taking)
            {
                _free = (Now > _free ? Now : _free) + TimeSpan.FromSeconds(count / BytesPerSecond);
                return _free + OneWay;
            }
        }
    }
}
