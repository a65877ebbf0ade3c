using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>
/// A journal that speaks Akka's protocol itself, one message at a time, so that a seed decides everything. It fails as databases do: before the write, behind
/// it, late, or because another writer was first.
/// </summary>
public sealed class SimulatedJournal : ReceiveActor
{
    private const int LongestDelay = 6;

    private readonly SimulatedWorld _world = Context.System.GetExtension<SimulatedWorld>();
    private readonly int _part;

    public SimulatedJournal(Config config)
    {
        _part = config.GetInt("part");
        Receive<WriteMessages>(write =>
        {
            if (_world.Happens(_world.Faults.DelaysWrite))
            {
                _world.Deeds.Delayed++;
                Self.Forward(new Delayed(write, _world.Chance.Next(1, LongestDelay)));
            }
            else
            {
                Write(write);
            }
        });
        Receive<Delayed>(delayed =>
        {
            if (delayed.Turns > 1)
                Self.Forward(delayed with { Turns = delayed.Turns - 1 });
            else
                Write(delayed.Write);
        });
        Receive<ReplayMessages>(Replay);
        Receive<DeleteMessagesTo>(delete =>
        {
            if (_world.IsAway(_part))
            {
                delete.PersistentActor.Tell(new DeleteMessagesFailure(Gone, delete.ToSequenceNr));
                return;
            }
            Store.DeleteTo(delete.PersistenceId, delete.ToSequenceNr);
            delete.PersistentActor.Tell(new DeleteMessagesSuccess(delete.ToSequenceNr));
        });
    }

    private static IOException Gone { get; } = new("the simulated server is away");

    private SimulatedStore Store => _world.Stores[_part];

    private void Write(WriteMessages write)
    {
        var atomic = write.Messages.OfType<AtomicWrite>().ToArray();
        Exception? failure = null;
        if (_world.IsAway(_part))
        {
            _world.Deeds.Away++;
            failure = Gone;
        }
        else if (_world.Happens(_world.Faults.RefusesWrite))
        {
            _world.Deeds.Refused++;
            failure = new IOException("the simulated disk is full");
        }
        else if (_world.LosesAcknowledgedWrites && _world.Chance.Next(4) == 0) { }
        else if (
            atomic.Length > 0
            && !Store.Append(
                atomic[0].PersistenceId,
                atomic.SelectMany(one => (IEnumerable<IPersistentRepresentation>)one.Payload),
                Context.System.Serialization
            )
        )
        {
            _world.Deeds.Clashes++;
            failure = new IOException("the number is taken: another writer was first");
        }
        else if (_world.Happens(_world.Faults.HidesWrite))
        {
            _world.Deeds.Hidden++;
            failure = new IOException("the simulated connection broke");
        }
        write.PersistentActor.Tell(failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure, atomic.Length), Sender);
        foreach (var message in write.Messages)
        {
            if (message is not AtomicWrite one)
            {
                write.PersistentActor.Tell(new LoopMessageSuccess(message.Payload, write.ActorInstanceId), message.Sender);
                continue;
            }
            foreach (var persistent in (IEnumerable<IPersistentRepresentation>)one.Payload)
                write.PersistentActor.Tell(
                    failure is null
                        ? new WriteMessageSuccess(persistent, write.ActorInstanceId)
                        : new WriteMessageFailure(persistent, failure, write.ActorInstanceId),
                    persistent.Sender
                );
        }
    }

    private void Replay(ReplayMessages replay)
    {
        if (_world.IsAway(_part))
        {
            _world.Deeds.Away++;
            replay.PersistentActor.Tell(new ReplayMessagesFailure(Gone));
            return;
        }
        if (_world.Happens(_world.Faults.FailsRead))
        {
            _world.Deeds.UnreadRecoveries++;
            replay.PersistentActor.Tell(new ReplayMessagesFailure(new IOException("the simulated database cannot be read")));
            return;
        }
        foreach (var (row, payload) in Store.Read(replay.PersistenceId, replay.FromSequenceNr, replay.ToSequenceNr, Context.System.Serialization))
            replay.PersistentActor.Tell(
                new ReplayedMessage(new Persistent(payload, row.SequenceNr, replay.PersistenceId, row.Manifest, false, ActorRefs.NoSender, row.Writer)),
                ActorRefs.NoSender
            );
        replay.PersistentActor.Tell(new RecoverySuccess(Store.Highest(replay.PersistenceId)), ActorRefs.NoSender);
    }

    private sealed record Delayed(WriteMessages Write, int Turns);
}

/// <summary>The snapshots of the same store.</summary>
public sealed class SimulatedSnapshots : ReceiveActor
{
    private readonly SimulatedWorld _world = Context.System.GetExtension<SimulatedWorld>();
    private readonly int _part;

    public SimulatedSnapshots(Config config)
    {
        _part = config.GetInt("part");
        Receive<LoadSnapshot>(load =>
            Sender.Tell(
                _world.IsAway(_part)
                    ? new LoadSnapshotFailed(new IOException("the simulated server is away"))
                    : new LoadSnapshotResult(
                        _world.Stores[_part].Load(load.PersistenceId, load.Criteria, load.ToSequenceNr, Context.System.Serialization),
                        load.ToSequenceNr
                    )
            )
        );
        Receive<SaveSnapshot>(save =>
        {
            if (_world.IsAway(_part) || _world.Happens(_world.Faults.RefusesWrite))
            {
                Sender.Tell(new SaveSnapshotFailure(save.Metadata, new IOException("the simulated disk is full")));
                return;
            }
            _world.Stores[_part].Save(save.Metadata, save.Snapshot, Context.System.Serialization);
            Sender.Tell(new SaveSnapshotSuccess(save.Metadata));
        });
        Receive<DeleteSnapshots>(delete => Sender.Tell(new DeleteSnapshotsSuccess(delete.Criteria)));
        Receive<DeleteSnapshot>(delete => Sender.Tell(new DeleteSnapshotSuccess(delete.Metadata)));
    }
}
