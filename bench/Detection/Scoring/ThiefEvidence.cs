using Guard.Actors.Users;
using Guard.Bench.Detection.Attacks;
using Guard.Host.Replay;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>What spoke loudest against a thief, also when it reached no rung: where tuning has to look.</summary>
public sealed class ThiefEvidence(IReadOnlyList<Takeover> takeovers)
{
    private readonly Dictionary<UserId, Takeover> _victims = takeovers.ToDictionary(takeover => new UserId(takeover.Victim.User));
    private readonly Dictionary<Takeover, (double Score, IReadOnlyList<Reason> Reasons)> _strongest = [];

    /// <summary>Looks at an observation before it is taken.</summary>
    public void Look(Observation observation, ReplayEngine engine)
    {
        if (
            !_victims.TryGetValue(observation.User, out var takeover)
            || !takeover.Addresses.Contains(observation.Place.Address)
            || engine.Find(observation.User) is not { } state
            || engine.TermsOf(observation.User) is not { } terms
        )
            return;
        var verdict = UserDecider.Decide(state, observation, terms);
        if (verdict.Score > _strongest.GetValueOrDefault(takeover).Score)
            _strongest[takeover] = (verdict.Score, verdict.Reasons);
    }

    public (double Score, IReadOnlyList<Reason> Reasons) Of(Takeover takeover) => _strongest.TryGetValue(takeover, out var strongest) ? strongest : (0, []);
}
