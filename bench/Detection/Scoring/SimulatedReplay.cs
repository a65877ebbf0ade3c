using System.Diagnostics;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Runs a simulation through the guard's own parser, places and engine: what <c>accountguard replay</c> would say of the written file.</summary>
public sealed class SimulatedReplay(Simulation simulation, PolicyBook policies, bool countryOnly)
{
    public FindingsWriter Findings { get; } = new();

    public AttackTally Tally { get; } = new(simulation.Takeovers);

    public ThiefEvidence Evidence { get; } = new(simulation.Takeovers);

    public ReplayEngine Engine => field ??= new ReplayEngine(policies, Findings);

    public ReplayCounts Counts { get; private set; } = new();

    public void Run(IReadOnlyList<IWatcher> watchers)
    {
        var clock = Stopwatch.StartNew();
        var places = new PlaceLookup([], PlaceOverrides.Read(simulation.Networks.Places(countryOnly)));
        var parser = new LogParser(new LogParserSettings("replay", DateTimeOffset.UtcNow), new UserNameRules(), places);
        var engine = Engine;
        GeneratedObservations.Run(
            simulation,
            parser,
            engine.Counts,
            observation =>
            {
                Evidence.Look(observation, engine);
                engine.Take(observation);
                Tally.Take(observation);
                foreach (var watcher in watchers)
                    watcher.Take(observation);
            }
        );
        engine.Counts.Seconds = clock.Elapsed.TotalSeconds;
        engine.Finish(parser.LastSeen ?? DateTimeOffset.UnixEpoch);
        Counts = engine.Counts;
    }
}
