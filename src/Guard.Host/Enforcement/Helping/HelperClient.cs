using System.Net.Sockets;
using System.Text.Json;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Asks the helper. A helper that is away is a backend that is away: it is asked again.</summary>
public sealed class HelperClient(string path)
{
    private const int LongestAnswer = 128 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="EnforcementException">It does not answer, refuses, or could not.</exception>
    public async Task<HelperReply> Ask(HelperRequest request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, HelperJson.Default.HelperRequest), (byte)'\n'];
            await stream.WriteAsync(line, limit.Token).ConfigureAwait(false);
            var reply = await ReadAsync(stream, limit.Token).ConfigureAwait(false);
            return reply.Error is { } error ? throw new EnforcementException($"helper: {error}") : reply;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EnforcementException($"the helper did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.ConnectionRefused)
        {
            throw new EnforcementException($"the helper is not running: nobody listens at {path}. systemctl status accountguard-helper says why", failure);
        }
        catch (Exception failure) when (failure is SocketException or JsonException or IOException and not EnforcementException)
        {
            throw new EnforcementException($"the helper at {path} does not answer: {failure.Message}", failure);
        }
    }

    private static async Task<HelperReply> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count && count > 0)
        {
            answer.Write(buffer, 0, count);
            if (buffer[count - 1] == '\n')
                return JsonSerializer.Deserialize(answer.GetBuffer().AsSpan(0, (int)answer.Length), HelperJson.Default.HelperReply)!;
            if (answer.Length > LongestAnswer)
                throw new IOException("its answer has no end");
        }
        throw new IOException("it ended the connection");
    }
}
