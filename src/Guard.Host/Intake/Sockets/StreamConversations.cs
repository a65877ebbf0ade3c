using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>Holds one conversation on each connection, and closes and counts those that break the protocol or are too slow.</summary>
/// <param name="name">The protocol's, for the log.</param>
/// <param name="converse">Goes on until the peer is done.</param>
internal sealed class StreamConversations(
    string name,
    TimeSpan idle,
    TimeSpan slow,
    Func<Socket, PipeReader, PipeWriter, Patience, CancellationToken, Task> converse,
    ILogger log
)
{
    public StreamConversations(string name, TimeSpan idle, TimeSpan slow, Func<PipeReader, PipeWriter, Patience, CancellationToken, Task> converse, ILogger log)
        : this(name, idle, slow, (_, reader, writer, patience, stop) => converse(reader, writer, patience, stop), log) { }

    /// <summary>Makes another stream of a connection's before anything is said; null: none.</summary>
    /// <exception cref="ProtocolException">From the function: the peer cannot be talked to in this way.</exception>
    public Func<Stream, CancellationToken, Task<Stream>>? Secure { get; init; }

    private readonly MalformedWarnings _warnings = new(name, TimeProvider.System, log);
    private long _malformed;
    private long _timedOut;

    public long Malformed => Interlocked.Read(ref _malformed);

    public long TimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>Whose word does not count gets no time either.</summary>
    private static readonly TimeSpan UnknownPatience = TimeSpan.FromSeconds(5);

    public async Task ServeAsync(Socket client, ConnectionLease lease, CancellationToken stop)
    {
        await using var plain = new NetworkStream(client, ownsSocket: false);
        using var patience = lease.IsKnown ? new Patience(idle, slow, lease, stop) : new Patience(UnknownPatience, UnknownPatience, lease, stop);
        try
        {
            if (Secure is null)
            {
                await ConverseAsync(client, plain, patience, stop).ConfigureAwait(false);
                return;
            }
            await using var secured = await Secure(plain, stop).ConfigureAwait(false);
            await ConverseAsync(client, secured, patience, stop).ConfigureAwait(false);
        }
        catch (ProtocolException fault)
        {
            Interlocked.Increment(ref _malformed);
            _warnings.Note(client.RemoteEndPoint is IPEndPoint peer ? peer.Address.ToString() : "a Unix socket", fault.Message);
        }
        catch (OperationCanceledException) when (patience.IsUsedUp)
        {
            Interlocked.Increment(ref _timedOut);
        }
    }

    private async Task ConverseAsync(Socket client, Stream stream, Patience patience, CancellationToken stop)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Exception? cut = null;
        try
        {
            await converse(client, reader, writer, patience, stop).ConfigureAwait(false);
        }
        catch (Exception ended)
        {
            cut = ended;
            throw;
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
            // Told why, it drops what was not taken; otherwise it would wait for ever for a peer that takes nothing.
            await writer.CompleteAsync(cut).ConfigureAwait(false);
        }
    }
}
