using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Host.Platform;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Intake.Inline;

/// <summary>
/// Answers for names that nobody knows: by the policy alone, as for an account that was never seen, and without waking anybody. Where a policy limits what
/// strangers may try (failures, attempts, wrong passwords), the latest names are remembered for that, in this process alone and bounded.
/// </summary>
internal sealed class StrangerJudge(IPolicySource policies)
{
    /// <summary>About 1 KiB each, and only while somebody tries them.</summary>
    public const int MaxRemembered = 10_000;

    private readonly Lock _gate = new();
    private readonly LatestEntries<UserId, UserState> _tried = new(MaxRemembered);

    /// <summary>Whether something was counted against a name.</summary>
    public bool Remembers(UserId user)
    {
        lock (_gate)
            return _tried.Contains(user);
    }

    public GuardMode ModeOf(UserId user) => TermsOf(user).Policy.Mode;

    public Decision Check(Observation observation, string requestId)
    {
        var (policy, terms) = TermsOf(observation.User);
        var verdict = UserDecider.Decide(StateOf(observation.User), observation, terms);
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

    /// <summary>Counts a failed login of a name that nobody knows, where a policy limits them.</summary>
    public void Note(Observation observation)
    {
        var (_, terms) = TermsOf(observation.User);
        if (!Array.Exists(terms.Policy.UserQuotas, static quota => quota.Quota.IsOfStrangers))
            return;
        lock (_gate)
        {
            var state = StateOf(observation.User);
            foreach (var change in UserDecider.Decide(state, observation, terms).Events)
                state = UserEvolution.Apply(state, change);
            _tried.Set(state.User, state with { Owed = [] });
        }
    }

    public void Forget(UserId user)
    {
        lock (_gate)
            _tried.Remove(user, out _);
    }

    /// <summary>A failure is taken from anybody.</summary>
    public static Decision Noted(UserId user) => new(user, "", Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []);

    private (GuardPolicy Policy, UserTerms Terms) TermsOf(UserId user)
    {
        var book = policies.Current;
        var site = book.For(book.SiteOf(user));
        var policy = site.For(user);
        return (policy, UserTerms.Of(policy, site.Policy, Rung.Normal) with { SiteQuotas = [] });
    }

    private UserState StateOf(UserId user)
    {
        lock (_gate)
            return _tried.TryGet(user, out var state) ? state : new UserState(user);
    }
}
