using Guard.Host.Intake.Milter;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Inline;

/// <summary>One SMTP connection of Sendmail or Postfix: each recipient is counted as it is named.</summary>
internal sealed class MilterDecisions(InlineJudge judge) : IMilterSession
{
    private NetworkAddress _client;
    private int _recipients;

    /// <summary>The queue id that the account was told.</summary>
    private string _told = "";

    public ValueTask<MilterReply> ConnectAsync(MilterPeer peer, MilterMacros macros, CancellationToken cancel)
    {
        _client = peer.Address;
        return new ValueTask<MilterReply>(MilterReply.Continue);
    }

    public ValueTask<MilterReply> MailAsync(MilterEnvelope sender, MilterMacros macros, CancellationToken cancel)
    {
        (_recipients, _told) = (0, "");
        return new ValueTask<MilterReply>(MilterReply.Continue);
    }

    public async ValueTask<MilterReply> RecipientAsync(MilterEnvelope recipient, MilterMacros macros, CancellationToken cancel)
    {
        if (UserOf(macros) is not { } user)
            return MilterReply.Continue;
        // Sendmail logs a message before it asks about its end, so that the queue id has to be told as soon as it is there.
        var decision = await judge.SubmitAsync(user, _client, 1, _recipients > 0, 0, macros.QueueId, cancel).ConfigureAwait(false);
        if (decision.Verdict == Verdict.Allow)
            (_recipients, _told) = (_recipients + 1, macros.QueueId);
        return decision.Verdict switch
        {
            Verdict.Allow => MilterReply.Continue,
            Verdict.Defer => MilterReply.Refuse(451, "4.7.1", judge.Text(decision)),
            _ => MilterReply.Refuse(550, "5.7.1", judge.Text(decision)),
        };
    }

    public async ValueTask<MilterEnd> EndOfMessageAsync(MilterMacros macros, CancellationToken cancel)
    {
        // Postfix has no queue id at the first recipient.
        if (UserOf(macros) is { } user && _recipients > 0 && macros.QueueId != _told)
            await judge.SubmitAsync(user, _client, 0, true, 0, macros.QueueId, cancel).ConfigureAwait(false);
        (_recipients, _told) = (0, "");
        return MilterEnd.Continue;
    }

    private UserId? UserOf(MilterMacros macros) => macros.Login.Length == 0 ? null : judge.UserOf(macros.Login);
}
