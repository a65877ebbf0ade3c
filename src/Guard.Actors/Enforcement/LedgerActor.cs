using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;

namespace Guard.Actors.Enforcement;

/// <summary>What ledgers of wanted states share: the journal is asked before anything is done, and a snapshot bounds what is read at a start.</summary>
public abstract class LedgerActor<TEvent>(string id, int snapshotEvery, TimeSpan tick) : UntypedPersistentActor, IWithTimers
    where TEvent : class
{
    private int _sinceSnapshot;
    private OneCleaning _cleaning;

    public override string PersistenceId => id;

    public ITimerScheduler Timers { get; set; } = null!;

    protected abstract void Apply(TEvent change);

    protected abstract bool Restore(object snapshot);

    protected abstract object Snapshot();

    /// <summary>Once after a start, and every tick.</summary>
    protected abstract void Look(bool first);

    protected abstract void Handle(object message);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer offer when Restore(offer.Snapshot):
                break;
            case TEvent change:
                Apply(change);
                _sinceSnapshot++;
                break;
            case RecoveryCompleted:
                Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, tick);
                Look(first: true);
                break;
            default:
                throw new InvalidOperationException($"{id} cannot recover from {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Tick:
                Look(first: false);
                break;
            case SaveSnapshotSuccess saved when _cleaning.Begins():
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotSuccess:
                break;
            case SaveSnapshotFailure failure:
                Log.Warning(failure.Cause, "Snapshot of {Id} failed; the journal still has everything", id);
                break;
            case DeleteMessagesSuccess or DeleteMessagesFailure:
                _cleaning.Ended();
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotSuccess or DeleteSnapshotsFailure:
                break;
            default:
                Handle(message);
                break;
        }
    }

    /// <summary>Journals, applies, and only then acts.</summary>
    protected void Record(TEvent change, Action then) => Persist(change, stored =>
    {
        Apply(stored);
        then();
        if (++_sinceSnapshot >= snapshotEvery)
        {
            _sinceSnapshot = 0;
            SaveSnapshot(Snapshot());
        }
    });

    private sealed class Tick : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
