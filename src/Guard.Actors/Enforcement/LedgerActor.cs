using Akka.Actor;
using Akka.Persistence;
using Guard.Actors.Entities;

namespace Guard.Actors.Enforcement;

/// <summary>What ledgers of wanted states share: the journal is asked before anything is done, and a snapshot bounds what is read at a start.</summary>
public abstract class LedgerActor<TEvent>(string id, int snapshotEvery, TimeSpan tick) : UntypedPersistentActor, IWithTimers
    where TEvent : class
{
    private int _sinceSnapshot;
    private SnapshotCleaning _cleaning;

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
        if (_cleaning.Took(message, this, Log, keep: 0))
            return;
        if (message is Tick)
            Look(first: false);
        else
            Handle(message);
    }

    /// <summary>Journals, applies, and only then acts.</summary>
    protected void Record(TEvent change, Action then) =>
        Persist(
            change,
            stored =>
            {
                Apply(stored);
                then();
                if (++_sinceSnapshot >= snapshotEvery)
                {
                    _sinceSnapshot = 0;
                    SaveSnapshot(Snapshot());
                }
            }
        );

    /// <summary>What was stored before goes at once, not with the next snapshot: somebody is to be forgotten.</summary>
    protected void DropPast()
    {
        _sinceSnapshot = 0;
        SaveSnapshot(Snapshot());
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
