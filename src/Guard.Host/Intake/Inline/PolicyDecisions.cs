using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.PostfixPolicy;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Inline;

/// <summary>Answers Postfix: reserves at RCPT and DATA, settles at END-OF-MESSAGE, each recipient once.</summary>
internal sealed class PolicyDecisions(InlineJudge judge, ServiceAnswers answers)
{
    /// <summary>A message that was not ended for so long was given up.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(30);

    private readonly Lock _joining = new();
    private readonly PolicyTransactions _transactions = new(ForgetAfter);

    private readonly MessageTurns _turns = new();
    private readonly UnjudgedRequests _unjudged = new();

    /// <summary>Messages that belong to nobody.</summary>
    public UnjudgedMail Unjudged => _unjudged.Mail;

    public async ValueTask<PolicyAnswer> DecideAsync(PolicyRequest request, CancellationToken cancel)
    {
        // A filter of this machine sends in again what was asked about when it came.
        if (IsHandedBack(request))
            return PolicyAnswer.Dunno;
        var exempt = false;
        if ((request.SaslUsername.Length == 0 ? judge.SenderOf(request.ClientAddress, out exempt) : judge.UserOf(request.SaslUsername)) is not { } user)
        {
            if (!exempt)
                _unjudged.Add(request);
            return PolicyAnswer.Dunno;
        }
        // A sender without a login is an account like any other from here on.
        if (request.SaslUsername.Length == 0)
            request = request with { SaslUsername = user.Value };
        using var turn = await _turns.EnterAsync(request).ConfigureAwait(false);
        PolicyStep step;
        IReadOnlyList<ForgottenMessage> forgotten;
        lock (_joining)
        {
            step = _transactions.Take(request, judge.Now);
            forgotten = _transactions.Forget(judge.Now);
        }
        GiveBack(forgotten);
        if (step.Kind is PolicyStepKind.Nothing or PolicyStepKind.Repeat)
            return PolicyAnswer.Dunno;
        // A decision that comes too late for its server counted all the same, so that it is waited for.
        var decision = await SubmitAsync(user, request, step, CancellationToken.None).ConfigureAwait(false);
        var (returned, bytes) = (0, 0L);
        lock (_joining)
        {
            if (decision.CountedBefore)
                (returned, bytes) = _transactions.CountedBefore(step);
            else if (decision.Verdict == Verdict.Allow)
                _transactions.Granted(step);
            else
                (bytes, returned) = (_transactions.BytesOf(step), _transactions.Refused(step));
        }
        if (returned > 0)
            judge.GiveBack(user, request.ClientAddress, step.Since, returned, wholeMessage: true, bytes);
        if (step.Kind == PolicyStepKind.Settle && step.More < 0 && decision is { Verdict: Verdict.Allow, CountedBefore: false })
        {
            // Asked about, but refused by a restriction behind the guard: for good or for now, the log tells.
            judge.GiveBack(user, request.ClientAddress, step.Since, -step.More, wholeMessage: false);
        }
        return Answer(answers.For(request.PolicyContext), decision, first: step.Kind == PolicyStepKind.Reserve && step.Total == 1);
    }

    /// <summary>
    /// Mail without a login from this machine on a port such as 10025: where content filters hand back what they looked at (Postfix, FILTER_README).
    /// </summary>
    internal static bool IsHandedBack(PolicyRequest request) =>
        request.SaslUsername.Length == 0 && request.ServerPort is >= 10_000 and < 11_000 && AddressKinds.Of(request.ClientAddress) == AddressKind.Loopback;

    /// <summary>A connection of Postfix is over.</summary>
    public void Ended(long connection)
    {
        IReadOnlyList<ForgottenMessage> forgotten;
        _unjudged.Ended(connection);
        lock (_joining)
        {
            _transactions.Ended(connection);
            forgotten = _transactions.Forget(judge.Now);
        }
        GiveBack(forgotten);
    }

    private Task<Decision> SubmitAsync(UserId user, PolicyRequest request, PolicyStep step, CancellationToken cancel)
    {
        var more = Math.Max(0, step.More);
        // Postfix has queue ids only from the end on; who has no instance= may send them at once. It is by them that the log's account of the same message is
        // recognised.
        return judge.SubmitAsync(
            user,
            request.ClientAddress,
            more,
            step.Total != more,
            step.Bytes,
            step.Kind == PolicyStepKind.Settle || request.Instance.Length == 0 ? request.QueueId : "",
            cancel
        );
    }

    private void GiveBack(IReadOnlyList<ForgottenMessage> forgotten)
    {
        foreach (var message in forgotten)
        {
            if (message.EndExpected && judge.UserOf(message.Key.User) is { } user)
                judge.GiveBack(user, message.Client, message.Since, message.Reserved, wholeMessage: true, message.Bytes);
        }
    }

    private PolicyAnswer Answer(ServiceAnswer answer, Decision decision, bool first) =>
        answer.To(decision.Verdict) switch
        {
            InlineAnswer.Allow when first && answer.Marks(decision) => PolicyAnswer.Prepend(ServiceAnswer.Header, InlineJudge.Mark(decision)),
            InlineAnswer.Allow => PolicyAnswer.Dunno,
            InlineAnswer.Defer => PolicyAnswer.DeferIfPermit($"4.7.1 {judge.Text(decision)}"),
            InlineAnswer.Hold => PolicyAnswer.Hold(judge.Text(decision)),
            _ => PolicyAnswer.Reject($"5.7.1 {judge.Text(decision)}"),
        };
}
