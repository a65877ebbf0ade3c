using System.Buffers;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Milter;

/// <summary>
/// One milter connection: turns packets into calls of the session and its answers into packets. Abort, macros and the two ways to quit are not
/// answered; everything else is, also what was not asked for, since a server that cannot skip it waits.
/// </summary>
/// <param name="heard">Whether what the peer says is looked at; else it is answered as if there were no guard.</param>
internal sealed class MilterConversation(Func<IMilterSession> open, DecisionGate gate, MilterReply unanswered, bool heard = true)
{
    private readonly MilterMacros _macros = new();
    private MilterNegotiation? _agreed;
    private IMilterSession? _session;

    private IMilterSession Session => _session ??= open();

    /// <summary>Handles one packet; false when the conversation is over.</summary>
    public async ValueTask<bool> TakeAsync(MilterCommand command, ReadOnlyMemory<byte> data, IBufferWriter<byte> answers, CancellationToken stop)
    {
        if (command == MilterCommand.Negotiate)
        {
            _agreed = MilterNegotiation.Pick(data.Span);
            MilterWriter.Write(answers, _agreed.Value);
            return true;
        }
        if (command == MilterCommand.Quit)
            return false;
        if (_agreed is not { } agreed)
            throw new MilterProtocolException("a command before the negotiation");
        switch (command)
        {
            case MilterCommand.Macros:
                _macros.Set(data.Span);
                break;
            case MilterCommand.Abort:
                await EndMessageAsync(stop).ConfigureAwait(false);
                break;
            case MilterCommand.QuitNewConnection:
                await CloseAsync().ConfigureAwait(false);
                break;
            case MilterCommand.EndOfMessage:
                var otherwise = new MilterEnd(unanswered);
                if (!heard)
                    MilterWriter.Write(answers, otherwise, agreed);
                else
                    MilterWriter.Write(
                        answers,
                        await gate.AskAsync((session, cancel) => session.EndOfMessageAsync(_macros, cancel), Session, otherwise, stop).ConfigureAwait(false),
                        agreed
                    );
                _macros.ForgetMessage();
                break;
            default:
                MilterWriter.Write(answers, await AskAsync(Question(command, data.Span), stop).ConfigureAwait(false));
                break;
        }
        return true;
    }

    /// <summary>The connection is over.</summary>
    public async ValueTask CloseAsync()
    {
        _macros.ForgetAll();
        if (_session is not { } session)
            return;
        _session = null;
        await session.CloseAsync().ConfigureAwait(false);
    }

    private async ValueTask EndMessageAsync(CancellationToken stop)
    {
        _macros.ForgetMessage();
        if (_session is { } session)
            await session.AbortAsync(stop).ConfigureAwait(false);
    }

    private ValueTask<MilterReply> AskAsync(Func<IMilterSession, CancellationToken, ValueTask<MilterReply>>? question, CancellationToken stop) =>
        question is null ? new(MilterReply.Continue)
        : !heard ? new(unanswered)
        : gate.AskAsync(question, Session, unanswered, stop);

    private Func<IMilterSession, CancellationToken, ValueTask<MilterReply>>? Question(MilterCommand command, ReadOnlySpan<byte> data)
    {
        switch (command)
        {
            case MilterCommand.Connect:
                var peer = MilterPeer.Read(data);
                return (session, cancel) => session.ConnectAsync(peer, _macros, cancel);
            case MilterCommand.Helo:
                var name = MilterStrings.Take(ref data);
                return (session, cancel) => session.HeloAsync(name, _macros, cancel);
            case MilterCommand.Mail:
                var sender = MilterEnvelope.Read(data);
                return (session, cancel) => session.MailAsync(sender, _macros, cancel);
            case MilterCommand.Recipient:
                var recipient = MilterEnvelope.Read(data);
                return (session, cancel) => session.RecipientAsync(recipient, _macros, cancel);
            case MilterCommand.Data:
                return (session, cancel) => session.DataAsync(_macros, cancel);
            case MilterCommand.EndOfHeaders:
                return (session, cancel) => session.EndOfHeadersAsync(_macros, cancel);
            case MilterCommand.Body or MilterCommand.Header or MilterCommand.Unknown:
                return null;
            default:
                throw new MilterProtocolException($"command 0x{(byte)command:x2}");
        }
    }
}
