using System.Net.Sockets;
using System.Text.Json;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Enforcement.Helping;

/// <summary>
/// Listens on a Unix socket for the daemon, and for nobody else: the kernel tells whose process is at the other end. A line at a time, bounded in length and in
/// number per second; what is wrong is refused and told of, and changes nothing.
/// </summary>
public sealed class HelperServer(Socket listener, IReadOnlySet<uint> users, HelperWork work, ILogger log) : IAsyncDisposable
{
    public const int LongestLine = 1 << 20;

    private const int MaxConnections = 16;
    private const int PerSecond = 100;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _connections = new(MaxConnections, MaxConnections);
    private Task _accepting = Task.CompletedTask;
    private long _second;
    private int _thisSecond;

    public void Start() => _accepting = Task.Run(AcceptAsync);

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(_stop.Token).ConfigureAwait(false);
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(socket);
            }
            catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (!_stop.IsCancellationRequested && closed is SocketException failure)
                    log.Warning("A connection failed: {Why:l}", failure.Message);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var peer = PeerCredentials.Of(socket);
                await using var stream = new NetworkStream(socket);
                if (!users.Contains(peer.User))
                {
                    log.Warning("A process of user {User} (pid {Process}) was refused", peer.User, peer.Process);
                    await AnswerAsync(stream, new HelperReply("only the guard's own user is obeyed")).ConfigureAwait(false);
                }
                else
                {
                    await ConverseAsync(stream).ConfigureAwait(false);
                }
                await PartAsync(socket, stream).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Whoever asked went away; what was begun is finished.
            }
            finally
            {
                _connections.Release();
            }
        }
    }

    /// <summary>Whoever is still writing would not read an answer from a connection that is closed before.</summary>
    private async Task PartAsync(Socket socket, NetworkStream stream)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        brief.CancelAfter(Farewell);
        var unread = new byte[64 * 1024];
        while (await stream.ReadAsync(unread, brief.Token).ConfigureAwait(false) > 0)
        {
            // It is not looked at.
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        var line = new byte[4096];
        var length = 0;
        while (true)
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            idle.CancelAfter(Idle);
            var end = Array.IndexOf(line, (byte)'\n', 0, length);
            if (end >= 0)
            {
                await AnswerAsync(stream, await DoAsync(line.AsMemory(0, end)).ConfigureAwait(false)).ConfigureAwait(false);
                length -= end + 1;
                Array.Copy(line, end + 1, line, 0, length);
                continue;
            }
            if (length >= LongestLine)
            {
                log.Warning("A request of more than {Bytes} bytes was refused", LongestLine);
                await AnswerAsync(stream, new HelperReply($"a request has at most {LongestLine} bytes")).ConfigureAwait(false);
                return;
            }
            if (length == line.Length)
                Array.Resize(ref line, Math.Min(LongestLine, line.Length * 4));
            var read = await stream.ReadAsync(line.AsMemory(length), idle.Token).ConfigureAwait(false);
            if (read == 0)
                return;
            length += read;
        }
    }

    private async Task<HelperReply> DoAsync(ReadOnlyMemory<byte> line)
    {
        await PaceAsync().ConfigureAwait(false);
        var word = "?";
        try
        {
            var request = JsonSerializer.Deserialize(line.Span, HelperJson.Default.HelperRequest) ?? throw new RefusedRequestException("there is no request");
            word = request.GetType().Name;
            var reply = await work.Do(request, _stop.Token).ConfigureAwait(false);
            if (reply.Count > 0)
                log.Information("{Word:l}: {Count}", word, reply.Count);
            return reply;
        }
        catch (Exception refused) when (refused is JsonException or RefusedRequestException or NotSupportedException or ArgumentException)
        {
            // Its own words are not repeated: whoever writes them may have become somebody else.
            var why = refused is RefusedRequestException ? refused.Message : "it is no request that is known";
            log.Warning("{Word:l} was refused: {Why:l}", word, why);
            return new HelperReply($"refused: {why}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Warning("{Word:l} failed: {Why:l}", word, failure.Message);
            return new HelperReply(failure.Message);
        }
    }

    /// <summary>A daemon gone wild costs no more than so many requests a second.</summary>
    private async Task PaceAsync()
    {
        while (true)
        {
            var second = Environment.TickCount64 / 1000;
            if (Interlocked.Exchange(ref _second, second) != second)
                Interlocked.Exchange(ref _thisSecond, 0);
            if (Interlocked.Increment(ref _thisSecond) <= PerSecond)
                return;
            await Task.Delay(50, _stop.Token).ConfigureAwait(false);
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, HelperReply reply)
    {
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reply, HelperJson.Default.HelperReply)).ConfigureAwait(false);
        await stream.WriteAsync("\n"u8.ToArray()).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }
}
