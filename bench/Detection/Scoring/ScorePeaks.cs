using Guard.Bench.Detection.World;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>The highest score of an incident, and the day on which it ended.</summary>
public readonly record struct ScorePeak(long Day, double Score);

/// <summary>The highest score of each account's incidents in ordinary life: what a threshold would have cost.</summary>
public sealed class ScorePeaks(Simulation simulation)
{
    /// <summary>Lower ones are of no interest.</summary>
    private const double Least = 5;

    private readonly Dictionary<UserId, long> _stolenAt = simulation.Takeovers.ToDictionary(
        takeover => new UserId(takeover.Victim.User),
        takeover => takeover.Start
    );

    private readonly Dictionary<UserId, (long Day, double Peak)> _open = [];

    /// <summary>Peaks of the incidents that are over.</summary>
    public List<ScorePeak> Peaks { get; } = [];

    /// <summary>Looks at an account after an observation was taken.</summary>
    public void Look(Observation observation, ReplayEngine engine)
    {
        if (engine.Find(observation.User) is not { } state || state.LastScore < Least)
            return;
        var at = WorldClock.At(observation.At);
        if (_stolenAt.TryGetValue(observation.User, out var start) && at >= start)
            return;
        var day = at / WorldClock.Day;
        var open = _open.GetValueOrDefault(observation.User, (Day: day, Peak: 0));
        // Consecutive days are one incident, as one report stands for a day.
        if (day > open.Day + 1)
        {
            Peaks.Add(new ScorePeak(open.Day, open.Peak));
            open = (day, 0);
        }
        _open[observation.User] = (day, Math.Max(open.Peak, state.LastScore));
    }

    public IReadOnlyList<ScorePeak> Close() => [.. Peaks, .. _open.Values.Select(open => new ScorePeak(open.Day, open.Peak))];
}
