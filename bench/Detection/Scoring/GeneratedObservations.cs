using System.Collections.Concurrent;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Writes a simulation's lines and reads them on one thread, and hands what they tell, in order, to the caller's.</summary>
internal static class GeneratedObservations
{
    private const int MaxWaiting = 16;

    public static void Run(Simulation simulation, LogParser parser, ReplayCounts counts, Action<Observation> take)
    {
        var batches = new BlockingCollection<List<Observation>>(MaxWaiting);
        var empty = new ConcurrentBag<List<Observation>>();
        var generating = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    var target = new ParsingTarget(parser, counts, batches, empty);
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
                take(observation);
            batch.Clear();
            empty.Add(batch);
        }
        generating.GetAwaiter().GetResult();
    }
}
