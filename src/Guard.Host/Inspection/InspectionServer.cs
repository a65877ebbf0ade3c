using System.Data.Common;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Guard.Host.Node;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Inspection;

/// <summary>
/// Answers commands of this machine's admin over a Unix socket that root, the guard's own user and a group that the settings name can open; the kernel is asked
/// besides who did. A question is one line: for
/// <c>inspect ["word", …]</c> come a line of columns, a line for each row, and a line that ends or says why not; for <c>answer ["word", …]</c> one JSON line.
/// </summary>
public sealed class InspectionServer(string socket, Inspector inspector, ILogger log) : IAsyncDisposable
{
    /// <summary>For the question, and for the answer's way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Longer than an act waits for all that it asks, one after another: what did not answer is told, and not that nobody is there.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    /// <summary>Who may open it besides the guard's own user; empty: nobody.</summary>
    public string Group { get; init; } = "";

    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public void Start()
    {
        try
        {
            UnixSocketPath.Clear(socket);
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(socket));
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            throw new StartException(
                "inspection.socket",
                $"cannot listen on {socket}: {failure.Message}",
                "set a path of at most 107 bytes in a directory that is there and that the guard may write",
                failure
            );
        }
        UnixSocketPath.Open(socket, Group);
        _listener.Listen(16);
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(client);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            var peer = Peer.Of(client);
            await using var stream = new NetworkStream(client, ownsSocket: true);
            if (!Allows(client, peer))
            {
                log.Warning("Inspection: {Who:l} has no right to it and is refused", $"{peer}");
                await stream
                    .WriteAsync(
                        Encoding.UTF8.GetBytes(
                            InspectionJson.Write(new InspectionError("only root, the guard's own user and the group of inspection.group are answered")) + "\n"
                        ),
                        _stop.Token
                    )
                    .ConfigureAwait(false);
                return;
            }
            var who = $"{peer}";
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(Patience);
            var line = await reader.ReadLineAsync(patience.Token).ConfigureAwait(false) ?? "";
            if (line.StartsWith(InspectionProtocol.Question, StringComparison.Ordinal))
            {
                await InspectAsync(stream, reader, line[InspectionProtocol.Question.Length..], who).ConfigureAwait(false);
                return;
            }
            var answer = await AnswerAsync(line, who).ConfigureAwait(false);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\n"), _stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
        {
            log.Debug("An inspection was cut off: {Reason:l}", failure.Message);
        }
    }

    /// <summary>The file's mode says the same; it might have been changed, or lie where modes mean nothing.</summary>
    private bool Allows(Socket client, Peer peer) =>
        !OperatingSystem.IsLinux()
        || peer.User is { } user
            && (user == 0 || user == FileOwner.OwnUser() || Group.Length > 0 && FileOwner.GroupOf(Group) is { } group && PeerCredentials.IsIn(client, group));

    private async Task InspectAsync(NetworkStream stream, StreamReader reader, string question, string who)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var leaving = LeaveAsync(reader, left);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        var rows = 0L;
        try
        {
            var (command, arguments) = Read(question, who);
            await writer.WriteLineAsync(InspectionProtocol.Columns(command)).ConfigureAwait(false);
            await foreach (var item in inspector.RunAsync(command, arguments, left.Token).ConfigureAwait(false))
            {
                rows += item.Note.Length == 0 ? 1 : 0;
                await writer.WriteLineAsync(InspectionProtocol.Item(item)).ConfigureAwait(false);
            }
            await writer.WriteLineAsync(InspectionProtocol.End(rows)).ConfigureAwait(false);
        }
        catch (InspectionException failure)
        {
            await writer.WriteLineAsync(InspectionJson.Write(new InspectionError(failure.Message))).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsSilence(failure))
        {
            await writer.WriteLineAsync(InspectionJson.Write(new InspectionError(await inspector.SilenceAsync().ConfigureAwait(false)))).ConfigureAwait(false);
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await leaving.ConfigureAwait(false);
        }
    }

    /// <summary>Nothing more is asked on this connection: a caller who leaves, or one who babbles, ends the answer.</summary>
    private static async Task LeaveAsync(StreamReader reader, CancellationTokenSource left)
    {
        try
        {
            await reader.ReadAsync(new char[1], left.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException) { }
        await left.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>The command of a question.</summary>
    /// <exception cref="InspectionException">It is none.</exception>
    private static (InspectionCommand Command, InspectionArguments Arguments) Read(string question, string who)
    {
        var (command, arguments) = Vocabulary.Parse(InspectionProtocol.ReadQuestion(question));
        (arguments.Who, arguments.From) = (who, "local socket");
        return (command, arguments);
    }

    private async Task<string> AnswerAsync(string line, string who)
    {
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        longest.CancelAfter(LongestAnswer);
        try
        {
            if (!line.StartsWith(InspectionProtocol.Whole, StringComparison.Ordinal))
                throw new InspectionException("a question begins with inspect or answer");
            var (command, arguments) = Read(line[InspectionProtocol.Whole.Length..], who);
            return InspectionJson.Write(await inspector.AnswerAsync(command, arguments, longest.Token).ConfigureAwait(false));
        }
        catch (InspectionException failure)
        {
            return InspectionJson.Write(new InspectionError(failure.Message));
        }
        catch (Exception failure)
            when (IsSilence(failure) || (failure is OperationCanceledException && longest.IsCancellationRequested && !_stop.IsCancellationRequested))
        {
            return InspectionJson.Write(new InspectionError(await inspector.SilenceAsync().ConfigureAwait(false)));
        }
    }

    private static bool IsSilence(Exception failure) => failure is AskTimeoutException or DbException;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        // One that was never ours may be another guard's.
        if (_listener is null)
            return;
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        File.Delete(socket);
    }
}
