using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Intake.Inline;

/// <summary>
/// Answers for names that nobody knows when there are too many of them: by the policy alone, as for an account that was never seen, and without waking anybody.
/// </summary>
internal sealed class StrangerJudge(IPolicySource policies)
{
    public Decision Check(Observation observation, string requestId)
    {
        var book = policies.Current;
        var site = book.For(book.SiteOf(observation.User));
        var policy = site.For(observation.User);
        var verdict = UserDecider.Decide(new UserState(observation.User), observation, UserTerms.Of(policy, site.Policy, Rung.Normal) with { SiteQuotas = [] });
        return new Decision(
            observation.User,
            requestId,
            policy.Mode == GuardMode.Enforce ? verdict.WouldBe : Verdict.Allow,
            verdict.WouldBe,
            Rung.Normal,
            null,
            verdict.Score,
            verdict.Reasons
        );
    }

    /// <summary>A failure is taken from anybody.</summary>
    public static Decision Noted(UserId user) => new(user, "", Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []);
}
