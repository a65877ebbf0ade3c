using Guard.Messages.Decisions;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>What a mail server is told to do with a message.</summary>
public enum InlineAnswer : byte
{
    Allow = 0,

    /// <summary>Refuse for now: Postfix's DEFER_IF_PERMIT, a milter's 451.</summary>
    Defer = 1,

    /// <summary>Refuse for good: REJECT, 550.</summary>
    Reject = 2,

    /// <summary>Accept, but keep it until an admin has looked: HOLD, a milter's quarantine.</summary>
    Hold = 3,
}

/// <summary>How one service of a mail server is answered.</summary>
/// <param name="OverQuota">For a message that exceeds a quota.</param>
/// <param name="Refused">For one of an account that may not send at all.</param>
/// <param name="MarkReported">Whether mail of an account that stands above normal gets a header.</param>
public sealed record ServiceAnswer(InlineAnswer OverQuota, InlineAnswer Refused, bool MarkReported)
{
    public const string Header = "X-AccountGuard";

    public static ServiceAnswer Usual { get; } = new(InlineAnswer.Defer, InlineAnswer.Reject, false);

    public InlineAnswer To(Verdict verdict) =>
        verdict switch
        {
            Verdict.Allow => InlineAnswer.Allow,
            Verdict.Defer => OverQuota,
            _ => Refused,
        };

    public bool Marks(Decision decision) => MarkReported && decision.Rung != Rung.Normal;
}

/// <summary>The answers of every service; services are named by Postfix's policy_context, for a milter by the name of the daemon.</summary>
public sealed record ServiceAnswers(ServiceAnswer Default, IReadOnlyDictionary<string, ServiceAnswer> Services)
{
    public static ServiceAnswers Usual { get; } = new(ServiceAnswer.Usual, new Dictionary<string, ServiceAnswer>());

    public ServiceAnswer For(string service) => Services.GetValueOrDefault(service, Default);
}
