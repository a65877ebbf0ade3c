using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Asks a running guard over its socket.</summary>
/// <param name="path">The Unix socket.</param>
public sealed class InspectionClient(string path)
{
    private const string Starting = "systemctl status accountguard says why, systemctl start accountguard starts it";

    /// <summary>The rows and notes of an answer, as they come.</summary>
    /// <exception cref="InspectionException">The guard says why there is no answer, or there is no guard.</exception>
    public async IAsyncEnumerable<InspectionItem> AskAsync(IReadOnlyList<string> words, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await ConnectAsync(cancel).ConfigureAwait(false);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(InspectionProtocol.Ask(words) + "\n"), cancel).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        ImmutableArray<Column> columns = [];
        while (await ReadAsync(reader, cancel).ConfigureAwait(false) is { } line)
        {
            using var answer = JsonDocument.Parse(line);
            var root = answer.RootElement;
            if (root.TryGetProperty("error", out var error))
                throw new InspectionException(error.GetString()!);
            if (root.TryGetProperty("end", out _))
                yield break;
            if (root.TryGetProperty("columns", out var names))
                columns = InspectionProtocol.ReadColumns(names);
            else if (root.TryGetProperty("note", out var note))
                yield return new InspectionItem([], note.GetString()!);
            else
                yield return new InspectionItem(InspectionProtocol.ReadRow(root.GetProperty("row"), columns), "");
        }
        throw Ended();
    }

    /// <summary>The whole answer of a command that has one, as JSON.</summary>
    /// <exception cref="InspectionException">The guard says why there is no answer, or there is no guard.</exception>
    public async Task<string> AskWholeAsync(IReadOnlyList<string> words, CancellationToken cancel)
    {
        await using var stream = await ConnectAsync(cancel).ConfigureAwait(false);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(InspectionProtocol.AskWhole(words) + "\n"), cancel).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = await ReadAsync(reader, cancel).ConfigureAwait(false) ?? throw Ended();
        return line.StartsWith("{\"error\":", StringComparison.Ordinal)
            ? throw new InspectionException(InspectionJson.Read<InspectionError>(line)!.Error)
            : line;
    }

    private static async Task<string?> ReadAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<NetworkStream> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new InspectionException(
                $"you may not ask the guard at {path}: root may, and who is in the group of that socket (usermod -aG accountguard NAME, then sign in again)"
            );
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new InspectionException(
                failure.SocketErrorCode switch
                {
                    SocketError.AddressNotAvailable =>
                        $"the guard is not running: its socket {path} is not there. {Starting}; a guard with another configuration is asked with --config FILE",
                    SocketError.ConnectionRefused => $"the guard is not running: nobody listens at its socket {path} any more. {Starting}",
                    _ => $"the guard's socket {path} cannot be opened: {failure.Message}. {Starting}",
                }
            );
        }
    }

    private InspectionException Ended() => new($"the guard at {path} ended before it answered. {Starting}; then ask again");
}
