using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>
/// Accepts connections of a mail server and serves each on its own, at most so many at a time. What is over the limit is closed at once: its client
/// then does what it is configured to do without a guard.
/// </summary>
public sealed class StreamListener(EndPoint endPoint, int mostConnections, Func<Socket, CancellationToken, Task> serve, ILogger log) : IAsyncDisposable
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
    private int _open;
    private long _refused;

    /// <summary>Connections being served.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections closed at once because too many were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

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
                log.Warning("{Listener}: accepting failed: {Reason:l}", LocalEndPoint, failure.Message);
                await Task.Delay(PauseAfterFailure, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket client)
    {
        if (Interlocked.Increment(ref _open) > mostConnections)
        {
            Interlocked.Decrement(ref _open);
            if (Interlocked.Increment(ref _refused) == 1)
                log.Warning("{Listener}: more than {Limit} connections; further ones are closed", LocalEndPoint, mostConnections);
            client.Dispose();
            return;
        }
        var serving = ServeAsync(client);
        if (serving.IsCompleted)
            return;
        _serving[serving] = 0;
        _ = serving.ContinueWith(static (done, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(done, out _), _serving, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket client)
    {
        // Off the accepting loop: a connection must never hold up the next one.
        await Task.Yield();
        try
        {
            if (client.ProtocolType == ProtocolType.Tcp)
                client.NoDelay = true;
            await serve(client, _stop.Token).ConfigureAwait(false);
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
            Interlocked.Decrement(ref _open);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
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
