using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Guard.Host.Intake.Sockets;
using Serilog;

namespace Guard.Host.Intake.Milter;

/// <summary>The milter's side of the milter protocol, versions 2 to 6, for Sendmail and Postfix (MILTER_README).</summary>
public sealed class MilterServer : IAsyncDisposable
{
    private readonly MilterServerSettings _settings;
    private readonly Func<IMilterSession> _open;
    private readonly StreamConversations _conversations;
    private readonly StreamListener _listener;
    private readonly DecisionGate _gate;

    /// <param name="open">Makes the session of a new SMTP connection.</param>
    public MilterServer(MilterServerSettings settings, Func<IMilterSession> open, ILogger log)
    {
        (_settings, _open) = (settings, open);
        _conversations = new StreamConversations("Milter", settings.Idle, settings.Slow, ConverseAsync, log);
        _listener = new StreamListener(
            settings.Listen,
            settings.Door ?? ConnectionDoor.Wide("Milter", settings.MaxConnections, log),
            _conversations.ServeAsync,
            log
        );
        _gate = new DecisionGate("Milter", settings.MaxAtWork, settings.Deadline, log);
    }

    public EndPoint LocalEndPoint => _listener.LocalEndPoint;

    public MilterServerCounts Counts =>
        new(_gate.Asked, _gate.Late, _gate.Overloaded, _gate.Failed, _conversations.Malformed, _conversations.TimedOut, _listener.Refused, _listener.Open);

    public IntakeReading Reading =>
        new(
            $"{LocalEndPoint}",
            "milter",
            Unparsed: _conversations.Malformed,
            Asked: _gate.Asked,
            Unanswered: _gate.Late + _gate.Overloaded + _gate.Failed,
            Refused: _listener.Unknown,
            Cut: _listener.Refused
        );

    public void Start() => _listener.Start();

    private async Task ConverseAsync(PipeReader reader, PipeWriter writer, Patience patience, CancellationToken stop)
    {
        var conversation = new MilterConversation(_open, _gate, _settings.Unanswered, patience.IsHeard);
        try
        {
            await ConverseAsync(conversation, reader, writer, patience, stop).ConfigureAwait(false);
        }
        finally
        {
            await conversation.CloseAsync().ConfigureAwait(false);
        }
    }

    private static async Task ConverseAsync(MilterConversation conversation, PipeReader reader, PipeWriter writer, Patience patience, CancellationToken stop)
    {
        patience.AwaitNext();
        while (true)
        {
            var read = await reader.ReadAsync(patience.Token).ConfigureAwait(false);
            var bytes = read.Buffer;
            while (MilterPacketReader.TryRead(ref bytes, out var command, out var data))
            {
                patience.Pause();
                if (!await conversation.TakeAsync(command, data.ToArray(), writer, stop).ConfigureAwait(false))
                    return;
                patience.AwaitNext();
                patience.AwaitRest();
                await writer.FlushAsync(patience.Token).ConfigureAwait(false);
                patience.AwaitNext();
            }
            if (!bytes.IsEmpty)
                patience.AwaitRest();
            reader.AdvanceTo(bytes.Start, bytes.End);
            if (read.IsCompleted)
                return;
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
