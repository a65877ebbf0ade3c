using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Runs a simulation through the guard's own parser, places and engine: what <c>accountguard replay</c> would say of the written file.</summary>
public sealed class SimulatedReplay(Simulation simulation, PolicyBook policies, bool countryOnly)
{
    public FindingsWriter Findings { get; } = new();

    public AttackTally Tally { get; } = new(simulation.Takeovers);

    public ThiefEvidence Evidence { get; } = new(simulation.Takeovers);

    public ScorePeaks Peaks { get; } = new(simulation);

    public ReplayEngine Engine => field ??= new ReplayEngine(policies, Findings);

    public ReplayCounts Counts { get; private set; } = new();

    public void Run(IReadOnlyList<IWatcher> watchers)
    {
        var clock = Stopwatch.StartNew();
        var places = new PlaceLookup([], PlaceOverrides.Read(simulation.Networks.Places(countryOnly)));
        var parser = new LogParser(new LogParserSettings("replay", DateTimeOffset.UtcNow), new UserNameRules(), places);
        var engine = Engine;
        var batches = new BlockingCollection<List<Observation>>(16);
        var empty = new ConcurrentBag<List<Observation>>();
        var generating = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    var target = new ParsingTarget(parser, engine.Counts, batches, empty);
                    simulation.Run(target);
                    target.Pass();
                }
                finally
                {
                    batches.CompleteAdding();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        foreach (var batch in batches.GetConsumingEnumerable())
        {
            foreach (var observation in batch)
            {
                Evidence.Look(observation, engine);
                engine.Take(observation);
                Peaks.Look(observation, engine);
                Tally.Take(observation);
                foreach (var watcher in watchers)
                    watcher.Take(observation);
            }
            batch.Clear();
            empty.Add(batch);
        }
        generating.GetAwaiter().GetResult();
        engine.Counts.Seconds = clock.Elapsed.TotalSeconds;
        engine.Finish(parser.LastSeen ?? DateTimeOffset.UnixEpoch);
        Counts = engine.Counts;
    }
}
