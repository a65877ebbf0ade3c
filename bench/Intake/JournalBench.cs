using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Guard.Actors.Serialization;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Bench.Intake;

/// <summary>The two SQLite engines alone: persistent actors that write one event after the other, and their recovery.</summary>
internal static class JournalBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(BenchDirectory bench)
    {
        Console.WriteLine("\n## journals alone: Persist one by one, then recovery of the same actors; synchronous = full\n");
        Console.WriteLine("| engine | actors | events each | events/s | recoveries/s |\n|---|---|---|---|---|");
        foreach (var (actors, events) in ((int, int)[])[(1000, 20), (10_000, 3)])
        {
            foreach (var engine in (PersistenceEngine[])[PersistenceEngine.GroupCommit, PersistenceEngine.Stock])
            {
                // The stock engine takes minutes where ours takes seconds: a tenth is enough to tell its rate.
                var share = engine == PersistenceEngine.Stock ? 10 : 1;
                await MeasureAsync(bench, engine, actors / share, events).ConfigureAwait(false);
            }
        }
    }

    private static async Task MeasureAsync(BenchDirectory bench, PersistenceEngine engine, int actors, int events)
    {
        var file = Path.Combine(bench.Root, $"journal-{engine}-{actors}.db");
        SqliteFile.Prepare(file);
        var config = ConfigurationFactory
            .ParseString("akka { loglevel = ERROR, persistence.max-concurrent-recoveries = 200 }")
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
            .WithFallback(PersistenceConfiguration.Of(new Guard.Host.Configuration.PersistenceSettings(engine, file, "full", "", 100, 500)));
        var system = ActorSystem.Create("bench", config);
        var writing = await EachAsync(system, actors, events).ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        system = ActorSystem.Create("bench", config);
        var recovering = await EachAsync(system, actors, 0).ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        Console.WriteLine($"| {engine} | {actors:N0} | {events} | {actors * events / writing:N0} | {actors / recovering:N0} |");
    }

    private static async Task<double> EachAsync(ActorSystem system, int actors, int events)
    {
        var clock = Stopwatch.StartNew();
        var all = Enumerable.Range(0, actors).Select(index => system.ActorOf(Props.Create(() => new Writer($"user-{index}@example.com")))).ToArray();
        await Task.WhenAll(all.Select(actor => actor.Ask<string>(events, Patience))).ConfigureAwait(false);
        return clock.Elapsed.TotalSeconds;
    }

    private sealed class Writer : ReceivePersistentActor
    {
        private IActorRef _asker = ActorRefs.Nobody;
        private int _left;

        public Writer(string name)
        {
            PersistenceId = name;
            Recover<UserEventBatch>(_ => { });
            Command<int>(events =>
            {
                _asker = Sender;
                _left = events;
                Next();
            });
        }

        public override string PersistenceId { get; }

        private void Next()
        {
            if (_left-- == 0)
            {
                _asker.Tell("done");
                return;
            }
            Persist(new UserEventBatch(new UserId("user@example.com"), [new EffectConfirmed(DateTimeOffset.UnixEpoch, _left)]), _ => Next());
        }
    }
}
