using Guard.Host.Intake.PostfixPolicy;
using Guard.Messages.Decisions;

namespace Guard.Host.Intake.Inline;

/// <summary>Answers Postfix: reserves at RCPT and DATA, settles at END-OF-MESSAGE, each recipient once.</summary>
internal sealed class PolicyDecisions(InlineJudge judge)
{
    /// <summary>A message that was not ended for so long was given up.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(30);

    private readonly Lock _joining = new();
    private readonly PolicyTransactions _transactions = new(ForgetAfter);

    public async ValueTask<PolicyAnswer> DecideAsync(PolicyRequest request, CancellationToken cancel)
    {
        if (request.SaslUsername.Length == 0 || judge.UserOf(request.SaslUsername) is not { } user)
            return PolicyAnswer.Dunno;
        PolicyStep step;
        lock (_joining)
        {
            step = _transactions.Take(request, judge.Now);
            _transactions.Forget(judge.Now);
        }
        if (step.Kind is PolicyStepKind.Nothing or PolicyStepKind.Repeat)
            return PolicyAnswer.Dunno;
        var more = Math.Max(0, step.More);
        // Queue ids are only told from the end on: it is by them that the log's account of the same message is recognised.
        var decision = await judge.SubmitAsync(user, request.ClientAddress, more, step.Total != more, request.Size, step.Kind == PolicyStepKind.Settle ? request.QueueId : "", cancel).ConfigureAwait(false);
        lock (_joining)
        {
            if (decision.Verdict == Verdict.Allow)
                _transactions.Granted(step);
            else
                _transactions.Refused(step);
        }
        return decision.Verdict switch
        {
            Verdict.Allow => PolicyAnswer.Dunno,
            Verdict.Defer => PolicyAnswer.DeferIfPermit($"4.7.1 {judge.Text(decision)}"),
            _ => PolicyAnswer.Reject($"5.7.1 {judge.Text(decision)}"),
        };
    }
}
