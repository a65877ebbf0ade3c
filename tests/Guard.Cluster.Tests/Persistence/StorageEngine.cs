using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Guard.Actors.Serialization;
using Guard.Host.Running;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>An actor system with an engine at a place, and a mailbox to talk to its journal and snapshot store.</summary>
internal sealed class StorageEngine : IAsyncDisposable
{
    private readonly System.Collections.Concurrent.BlockingCollection<object> _received = [];
    private readonly IActorRef _mailbox;

    private StorageEngine(ActorSystem system)
    {
        System = system;
        _mailbox = system.ActorOf(Props.Create(() => new Mailbox(_received)));
        var extension = Akka.Persistence.Persistence.Instance.Apply(system);
        Journal = extension.JournalFor(null);
        Snapshots = extension.SnapshotStoreFor(null);
    }

    public ActorSystem System { get; }

    public IActorRef Journal { get; }

    public IActorRef Snapshots { get; }

    public IActorRef Self => _mailbox;

    public static StorageEngine Start(StoragePlace place, string engine) =>
        new(
            ActorSystem.Create(
                "engine",
                ConfigurationFactory
                    .ParseString("akka.loglevel = OFF")
                    .WithFallback(PersistenceConfiguration.Of(place.Settings(engine)))
                    .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
            )
        );

    /// <summary>The next message; fails after a while without one.</summary>
    public T Next<T>()
    {
        if (!_received.TryTake(out var message, TimeSpan.FromSeconds(30)))
            throw new TimeoutException($"no {typeof(T).Name} came");
        return message is T wanted ? wanted : throw new InvalidOperationException($"{typeof(T).Name} was expected, but came {message}");
    }

    public void Write(string id, params (long Number, object Payload)[] events) =>
        Journal.Tell(
            new WriteMessages(
                [
                    new AtomicWrite([
                        .. events.Select(one => (IPersistentRepresentation)new Persistent(one.Payload, one.Number, id, sender: _mailbox, writerGuid: "writer")),
                    ]),
                ],
                _mailbox,
                1
            ),
            _mailbox
        );

    public void Written(int count)
    {
        Next<WriteMessagesSuccessful>();
        for (var i = 0; i < count; i++)
            Next<WriteMessageSuccess>();
    }

    /// <summary>The payloads and the highest sequence number that a replay tells.</summary>
    public (List<(long Number, object Payload)> Events, long Highest) Replay(string id, long from = 0, long to = long.MaxValue, long max = long.MaxValue)
    {
        Journal.Tell(new ReplayMessages(from, to, max, id, _mailbox), _mailbox);
        var events = new List<(long, object)>();
        while (true)
        {
            switch (Next<object>())
            {
                case ReplayedMessage replayed:
                    events.Add((replayed.Persistent.SequenceNr, replayed.Persistent.Payload));
                    break;
                case RecoverySuccess success:
                    return (events, success.HighestSequenceNr);
                case var other:
                    throw new InvalidOperationException($"a replay answered {other}");
            }
        }
    }

    public void Delete(string id, long to)
    {
        Journal.Tell(new DeleteMessagesTo(id, to, _mailbox), _mailbox);
        Next<DeleteMessagesSuccess>();
    }

    public SelectedSnapshot? Load(string id, SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Snapshots.Tell(new LoadSnapshot(id, criteria, to), _mailbox);
        return Next<LoadSnapshotResult>().Snapshot;
    }

    public SnapshotMetadata Save(string id, long number, object state)
    {
        Snapshots.Tell(new SaveSnapshot(new SnapshotMetadata(id, number, DateTime.UtcNow), state), _mailbox);
        return Next<SaveSnapshotSuccess>().Metadata;
    }

    public void Drop(SnapshotMetadata metadata)
    {
        Snapshots.Tell(new DeleteSnapshot(metadata), _mailbox);
        Next<DeleteSnapshotSuccess>();
    }

    public void Drop(string id, SnapshotSelectionCriteria criteria)
    {
        Snapshots.Tell(new DeleteSnapshots(id, criteria), _mailbox);
        Next<DeleteSnapshotsSuccess>();
    }

    public async ValueTask DisposeAsync() => await System.Terminate();

    private sealed class Mailbox : UntypedActor
    {
        private readonly System.Collections.Concurrent.BlockingCollection<object> _received;

        public Mailbox(System.Collections.Concurrent.BlockingCollection<object> received) => _received = received;

        protected override void OnReceive(object message) => _received.Add(message);
    }
}
