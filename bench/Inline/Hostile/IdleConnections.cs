using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Guard.Bench.Inline.Hostile;

/// <summary>Holds connections that say nothing to some ports: one part as the bench's own user, whom the guard knows, one part as <c>nobody</c>. What the guard
/// closes is opened again, as an attacker does.</summary>
internal sealed class IdleConnections : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket?[] _held;
    private readonly int[] _ports;
    private readonly Thread _thread;
    private readonly Process _stranger;
    private long _opened;

    public IdleConnections(int count, params int[] ports)
    {
        (_held, _ports) = (new Socket?[count], ports);
        _stranger = Process.Start(
            new ProcessStartInfo(
                "setpriv",
                [
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "bash",
                    "-c",
                    $"for p in {string.Join(' ', ports)}; do for i in $(seq {Math.Min(1000, count / 3)}); do exec {{fd}}<>/dev/tcp/127.0.0.1/$p; done; done; echo ready; read",
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        _stranger.StandardOutput.ReadLine();
        // Each in the list once before the measuring begins.
        for (var at = 0; at < count; at++)
            Open(at);
        _thread = new Thread(Hold);
        _thread.Start();
    }

    /// <summary>Connections so far.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    /// <summary>Some hundred a second are tried again: more would measure the bench's own work.</summary>
    private void Hold()
    {
        for (var at = 0; !_stop.IsCancellationRequested; at = (at + 1) % _held.Length)
        {
            if (_held[at] is { } socket && !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0))
                continue;
            _held[at]?.Dispose();
            Open(at);
            Thread.Sleep(2);
        }
    }

    private void Open(int at)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, _ports[at % _ports.Length]);
        _held[at] = socket;
        Interlocked.Increment(ref _opened);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stranger.Kill();
        _stranger.Dispose();
        foreach (var socket in _held)
            socket?.Dispose();
        _stop.Dispose();
    }
}
