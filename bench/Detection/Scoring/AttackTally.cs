using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.World;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Tells the thieves' observations from the owners', and keeps when the thieves' mails went out.</summary>
public sealed class AttackTally
{
    private readonly Dictionary<string, (Takeover Takeover, List<long> Mails)> _victims;

    public AttackTally(IReadOnlyList<Takeover> takeovers) =>
        _victims = takeovers.ToDictionary(takeover => takeover.Victim.User, takeover => (takeover, new List<long>()));

    public void Take(Observation observation)
    {
        if (
            observation is Submission
            && _victims.TryGetValue(observation.User.Value, out var victim)
            && victim.Takeover.Addresses.Contains(observation.Place.Address)
        )
            victim.Mails.Add(WorldClock.At(observation.At));
    }

    /// <summary>Times of the mails that the thief got out, in order.</summary>
    public IReadOnlyList<long> MailsOf(Takeover takeover) => _victims[takeover.Victim.User].Mails;
}
