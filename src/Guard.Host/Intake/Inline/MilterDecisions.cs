using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Intake.Milter;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Inline;

/// <summary>One SMTP connection of Sendmail or Postfix: each recipient is counted as it is named, and given back when the message fails.</summary>
internal sealed class MilterDecisions(InlineJudge judge, ServiceAnswers answers, UnjudgedMail unjudged) : IMilterSession
{
    private NetworkAddress _client;
    private ServiceAnswer _answer = ServiceAnswer.Usual;
    private UserId? _sender;
    private DateTimeOffset _since;
    private int _recipients;

    /// <summary>What the client announced with SIZE=.</summary>
    private long _announced;

    /// <summary>The queue id that the account was told.</summary>
    private string _told = "";

    /// <summary>The message belongs to nobody: no login, and no sender rule.</summary>
    private bool _nobodys;

    /// <summary>Why the message is to be kept; null when it is not.</summary>
    private string? _hold;
    private string? _mark;

    public ValueTask<MilterReply> ConnectAsync(MilterPeer peer, MilterMacros macros, CancellationToken cancel)
    {
        _client = peer.Address;
        _answer = answers.For(macros["{daemon_name}"]);
        return new ValueTask<MilterReply>(MilterReply.Continue);
    }

    public ValueTask<MilterReply> MailAsync(MilterEnvelope sender, MilterMacros macros, CancellationToken cancel)
    {
        GiveUp();
        _announced = SizeOf(sender);
        return new ValueTask<MilterReply>(MilterReply.Continue);
    }

    public async ValueTask<MilterReply> RecipientAsync(MilterEnvelope recipient, MilterMacros macros, CancellationToken cancel)
    {
        if (UserOf(macros, out var exempt) is not { } user)
        {
            _nobodys |= !exempt;
            return MilterReply.Continue;
        }
        var at = judge.Now;
        // Sendmail logs a message before it asks about its end, so that the queue id has to be told as soon as it is there.
        var decision = await judge
            .SubmitAsync(user, _client, 1, _recipients > 0, _recipients > 0 ? 0 : _announced, macros.QueueId, cancel)
            .ConfigureAwait(false);
        if (decision.Verdict == Verdict.Allow)
        {
            if (!decision.CountedBefore && _recipients++ == 0)
                (_sender, _since) = (user, at);
            _told = macros.QueueId;
        }
        if (_answer.Marks(decision))
            _mark ??= InlineJudge.Mark(decision);
        switch (_answer.To(decision.Verdict))
        {
            case InlineAnswer.Allow:
                return MilterReply.Continue;
            case InlineAnswer.Hold:
                _hold ??= judge.Text(decision);
                return MilterReply.Continue;
            case InlineAnswer.Defer:
                return MilterReply.Refuse(451, "4.7.1", judge.Text(decision));
            default:
                return MilterReply.Refuse(550, "5.7.1", judge.Text(decision));
        }
    }

    public async ValueTask<MilterEnd> EndOfMessageAsync(MilterMacros macros, CancellationToken cancel)
    {
        var end = MilterEnd.Continue;
        if (_nobodys)
            unjudged.Add(_client);
        if (_mark is not null)
            end = end with { Headers = [new MilterHeader(ServiceAnswer.Header, _mark)] };
        if (_hold is not null)
        {
            // What an admin lets go is counted by the log that tells of it then.
            end = end with
            {
                Quarantine = _hold,
            };
            GiveUp();
            return end;
        }
        // Postfix has no queue id at the first recipient.
        if (_sender is { } user && macros.QueueId != _told)
        {
            var told = await judge.SubmitAsync(user, _client, 0, true, 0, macros.QueueId, cancel).ConfigureAwait(false);
            // Its log was read first: what was reserved would count twice.
            if (told.CountedBefore)
                GiveUp();
        }
        Forget();
        return end;
    }

    public ValueTask AbortAsync(CancellationToken cancel)
    {
        GiveUp();
        return default;
    }

    public ValueTask CloseAsync()
    {
        GiveUp();
        return default;
    }

    private void GiveUp()
    {
        if (_sender is { } user && _recipients > 0)
            judge.GiveBack(user, _client, _since, _recipients, wholeMessage: true, _announced);
        Forget();
    }

    private static long SizeOf(MilterEnvelope sender)
    {
        foreach (var argument in sender.Arguments)
        {
            if (
                argument.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(argument.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            )
                return size;
        }
        return 0;
    }

    private void Forget() => (_sender, _recipients, _told, _hold, _mark, _nobodys) = (null, 0, "", null, null, false);

    private UserId? UserOf(MilterMacros macros, out bool exempt)
    {
        exempt = false;
        return macros.Login.Length == 0 ? judge.SenderOf(_client, out exempt) : judge.UserOf(macros.Login);
    }
}
