using Guard.Actors.Users;
using Guard.Bench.Detection.Attacks;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>What spoke loudest against a thief, also when it reached no rung: where tuning has to look.</summary>
public sealed class ThiefEvidence(IReadOnlyList<Takeover> takeovers, PolicyBook policies)
{
    private readonly Dictionary<UserId, Takeover> _victims = takeovers.ToDictionary(takeover => new UserId(takeover.Victim.User));
    private readonly Dictionary<Takeover, (double Score, IReadOnlyList<Reason> Reasons)> _strongest = [];

    /// <summary>Looks at an observation before it is taken.</summary>
    public void Look(Observation observation, Func<UserId, UserState?> find)
    {
        if (!_victims.TryGetValue(observation.User, out var takeover) || !takeover.Addresses.Contains(observation.Place.Address) || find(observation.User) is not { } state)
            return;
        var site = policies.For(policies.SiteOf(observation.User));
        var verdict = UserDecider.Decide(state, observation, UserTerms.Of(site.For(observation.User), site.Policy, Rung.Normal));
        if (verdict.Score > _strongest.GetValueOrDefault(takeover).Score)
            _strongest[takeover] = (verdict.Score, verdict.Reasons);
    }

    public (double Score, IReadOnlyList<Reason> Reasons) Of(Takeover takeover) => _strongest.TryGetValue(takeover, out var strongest) ? strongest : (0, []);
}
