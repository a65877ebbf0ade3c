using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>
/// Accepts connections of a mail server and serves each on its own. Its door knows who comes and who has to make room; who finds no place is closed at once:
/// its client then does what it is configured to do without a guard.
/// </summary>
internal sealed class StreamListener(EndPoint endPoint, ConnectionDoor door, Func<Socket, ConnectionLease, CancellationToken, Task> serve, ILogger log)
    : IAsyncDisposable
{
    private const int Backlog = 512;

    /// <summary>Out of file descriptors and the like pass; asking again at once would only burn the processor.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    /// <summary>How long connections may take to end when stopping.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private Socket? _listener;
    private EndPoint? _bound;
    private Task _accepting = Task.CompletedTask;
    private readonly SpareDescriptor _spare = new();
    private long _failures;

    /// <summary>Whether connections of those that are not known are closed at once, where the protocol has no answer for them.</summary>
    public bool ClosesUnknown { get; init; }

    /// <summary>Connections being served.</summary>
    public int Open => door.Open;

    /// <summary>Connections closed because too many were open: idle ones for new ones, and new ones when none was idle.</summary>
    public long Refused => door.Refused + door.WereCut;

    /// <summary>Connections of those that are not heard.</summary>
    public long Unknown => door.Unknown;

    /// <summary>The address with the port that the system chose when 0 was asked for.</summary>
    public EndPoint LocalEndPoint => _bound ?? endPoint;

    public void Start()
    {
        _listener = BoundSocket.Listen(endPoint, Backlog);
        _bound = _listener.LocalEndPoint;
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Take(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                if (long.IsPow2(++_failures))
                    log.Warning("{Listener}: accepting failed {Count} times: {Reason:l}", LocalEndPoint, _failures, failure.Message);
                if (failure.SocketErrorCode == SocketError.TooManyOpenSockets)
                    await _spare.TurnAwayAsync(listener, _stop.Token).ConfigureAwait(false);
                await Task.Delay(PauseAfterFailure, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket client)
    {
        // Whoever makes room is closed here and now: a connection that is only on its way out would still hold its descriptor.
        var (lease, _) = door.Admit(client, client.Dispose);
        if (lease is null || ClosesUnknown && !lease.IsKnown)
        {
            lease?.Leave();
            client.Dispose();
            return;
        }
        var serving = ServeAsync(client, lease);
        if (serving.IsCompleted)
            return;
        _serving[serving] = 0;
        _ = serving.ContinueWith(static (done, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(done, out _), _serving, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client, ConnectionLease lease)
    {
        // Off the accepting loop: a connection must never hold up the next one.
        await Task.Yield();
        try
        {
            if (client.ProtocolType == ProtocolType.Tcp)
                client.NoDelay = true;
            await serve(client, lease, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            log.Debug("{Listener}: a connection ended: {Reason:l}", LocalEndPoint, ended.Message);
        }
        catch (Exception unforeseen)
        {
            log.Error(unforeseen, "{Listener}: a connection failed", LocalEndPoint);
        }
        finally
        {
            client.Dispose();
            lease.Leave();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        _spare.Dispose();
        await _accepting.ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_serving.Keys).WaitAsync(StopPatience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            log.Warning("{Listener}: {Count} connections did not end in time", endPoint, Open);
        }
        if (endPoint is UnixDomainSocketEndPoint unix)
            File.Delete(unix.ToString());
        _stop.Dispose();
    }
}
