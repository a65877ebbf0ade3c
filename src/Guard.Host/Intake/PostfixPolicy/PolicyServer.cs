using System.IO.Pipelines;
using System.Net;
using Guard.Host.Intake.Sockets;
using Serilog;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// The server side of Postfix's policy delegation (SMTPD_POLICY_README). On one connection requests are answered in their order, one at a time, as
/// Postfix sends them; connections do not wait for each other.
/// </summary>
public sealed class PolicyServer : IAsyncDisposable
{
    private readonly PolicyServerSettings _settings;
    private readonly Func<PolicyRequest, CancellationToken, ValueTask<PolicyAnswer>> _decide;
    private readonly StreamConversations _conversations;
    private readonly StreamListener _listener;
    private readonly DecisionGate _gate;

    private readonly Action<long>? _ended;
    private long _connections;

    /// <param name="ended">Told the number of a connection that is over.</param>
    public PolicyServer(
        PolicyServerSettings settings,
        Func<PolicyRequest, CancellationToken, ValueTask<PolicyAnswer>> decide,
        ILogger log,
        Action<long>? ended = null
    )
    {
        (_settings, _decide, _ended) = (settings, decide, ended);
        _conversations = new StreamConversations("Postfix policy", settings.Idle, settings.Slow, AnswerAllAsync, log);
        _listener = new StreamListener(
            settings.Listen,
            settings.Door ?? ConnectionDoor.Wide("Postfix policy", settings.MaxConnections, log),
            _conversations.ServeAsync,
            log
        );
        _gate = new DecisionGate("Postfix policy", settings.MaxAtWork, settings.Deadline, log);
    }

    public EndPoint LocalEndPoint => _listener.LocalEndPoint;

    public PolicyServerCounts Counts =>
        new(_gate.Asked, _gate.Late, _gate.Overloaded, _gate.Failed, _conversations.Malformed, _conversations.TimedOut, _listener.Refused, _listener.Open);

    public IntakeReading Reading =>
        new(
            $"{LocalEndPoint}",
            "postfix-policy",
            Unparsed: _conversations.Malformed,
            Asked: _gate.Asked,
            Unanswered: _gate.Late + _gate.Overloaded + _gate.Failed,
            Refused: _listener.Unknown,
            Cut: _listener.Refused
        );

    public void Start() => _listener.Start();

    private async Task AnswerAllAsync(PipeReader reader, PipeWriter writer, Patience patience, CancellationToken stop)
    {
        var connection = Interlocked.Increment(ref _connections);
        try
        {
            await AnswerAllAsync(connection, reader, writer, patience, stop).ConfigureAwait(false);
        }
        finally
        {
            _ended?.Invoke(connection);
        }
    }

    private async Task AnswerAllAsync(long connection, PipeReader reader, PipeWriter writer, Patience patience, CancellationToken stop)
    {
        var parser = new PolicyRequestParser(_settings.LongestLine, _settings.MaxAttributes, connection);
        patience.AwaitNext();
        while (true)
        {
            var read = await reader.ReadAsync(patience.Token).ConfigureAwait(false);
            var bytes = read.Buffer;
            while (parser.TryRead(ref bytes, out var request))
            {
                patience.Pause();
                // Whose word does not count is told what is told when there is no guard: nothing is looked at, and mail flows although somebody forgot to list
                // its server.
                var answer = patience.IsHeard ? await _gate.AskAsync(_decide, request, _settings.Unanswered, stop).ConfigureAwait(false) : _settings.Unanswered;
                answer.WriteTo(writer);
                patience.AwaitNext();
                patience.AwaitRest();
                await writer.FlushAsync(patience.Token).ConfigureAwait(false);
                patience.AwaitNext();
            }
            if (parser.IsWithin || !bytes.IsEmpty)
                patience.AwaitRest();
            reader.AdvanceTo(bytes.Start, bytes.End);
            if (read.IsCompleted)
                return;
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
