using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Intake;
using Guard.Host.Configuration;
using Guard.Messages.Intake;

namespace Guard.Host.Intake.Http;

/// <summary>
/// One program that tells observations. A batch is journaled first, with the ids by which it is recognised when it is told again; then its accounts are told,
/// in order and until they have it, also after a restart. The answer comes when they do.
/// </summary>
internal sealed class EventSourceActor : LedgerActor<ObservationsTaken>
{
    private const int SnapshotEvery = 200;

    private readonly IActorRef _lanes;
    private readonly SemaphoreSlim _closed = new(0);
    private readonly List<(long Number, IActorRef Asker, ObservationsHeld Answer)> _waiting = [];
    private EventSourceState _state;

    public EventSourceActor(string source, IActorRef users)
        : base(PersistenceIdOf(source), SnapshotEvery, TimeSpan.FromSeconds(10))
    {
        _state = new EventSourceState(source);
        _lanes = Context.ActorOf(SourceActor.Props(Context, users, _closed), "lanes");
    }

    public static Props Props(string source, IActorRef users) => Akka.Actor.Props.Create(() => new EventSourceActor(source, users));

    public static string PersistenceIdOf(string source) => $"events-{source}";

    protected override void Apply(ObservationsTaken change) => _state = _state.Apply(change);

    protected override bool Restore(object snapshot)
    {
        if (snapshot is not EventSourceSnapshot stored)
            return false;
        _state = EventSourceState.Of(stored);
        return true;
    }

    protected override object Snapshot() => _state.ToSnapshot();

    protected override void Look(bool first)
    {
        // What an account has already it recognises by its position.
        if (first)
            _state.Open.ForEach(Deliver);
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case TakeObservations take:
                Take(take, Sender);
                break;
            case Delivered delivered:
                _state = _state.Done(delivered.Number);
                foreach (var (_, asker, answer) in _waiting.Where(one => one.Number <= delivered.Number))
                    asker.Tell(answer);
                _waiting.RemoveAll(one => one.Number <= delivered.Number);
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(TakeObservations take, IActorRef asker)
    {
        var verdict = _state.Decide(take);
        var answer = new ObservationsHeld(take.Source, verdict.Taken?.Observations.Length ?? 0, verdict.Repeated, verdict.KeyReused);
        if (verdict.Taken is { } taken)
        {
            Record(
                taken,
                () =>
                {
                    _waiting.Add((verdict.WaitsFor, asker, answer));
                    Deliver(taken);
                }
            );
        }
        else if (verdict.WaitsFor > 0)
        {
            _waiting.Add((verdict.WaitsFor, asker, answer));
        }
        else
        {
            asker.Tell(answer);
        }
    }

    private void Deliver(ObservationsTaken taken)
    {
        var self = Self;
        _lanes.Tell(new ChunkRead([.. taken.Observations.Select(told => told.Observation)], () => self.Tell(new Delivered(taken.Number))));
    }

    protected override void PostStop()
    {
        _closed.Dispose();
        base.PostStop();
    }

    /// <summary>The accounts have every batch up to this one.</summary>
    private sealed record Delivered(long Number) : INoSerializationVerificationNeeded;
}

/// <summary>The programs that tell observations, each at one place of the cluster, whichever node it talks to.</summary>
internal static class EventSourceRegion
{
    /// <summary>Fixed for ever. Programs are few.</summary>
    private const int Shards = 50;

    public static IActorRef Start(ActorSystem system, IActorRef users)
    {
        var sharding = ClusterSharding.Get(system);
        // Only nodes that serve the API have this region: without their role Akka would look for its coordinator on nodes that have none.
        var settings = ClusterShardingSettings.Create(system).WithPassivateIdleAfter(TimeSpan.Zero).WithRole(ClusterSettings.Console);
        return sharding.Start(
            "event-source",
            source => EventSourceActor.Props(source, users),
            settings,
            new Extractor(),
            sharding.DefaultShardAllocationStrategy(settings),
            StopEntity.Instance
        );
    }

    /// <summary>Makes a program's entity tell again what was under way when its node died, before the program itself comes back.</summary>
    public static void Wake(IActorRef region, string source) => region.Tell(new TakeObservations(source, BatchKey.None, []), ActorRefs.NoSender);

    private sealed class Extractor() : HashCodeMessageExtractor(Shards)
    {
        public override string? EntityId(object message) => (message as IWithEventSource)?.Source;
    }
}
