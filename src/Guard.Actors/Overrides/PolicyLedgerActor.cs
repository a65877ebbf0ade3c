using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;
using Guard.Messages.Policies;

namespace Guard.Actors.Overrides;

/// <summary>
/// The one place of a cluster where policies are set at run time: a change is checked against the version it was made from, journaled, answered, and told to
/// every node that follows. It is an entity of a region of its own, so it moves to another node when its node is gone.
/// </summary>
public sealed class PolicyLedgerActor : UntypedPersistentActor
{
    private const string TypeName = "policies";
    private const int SnapshotEvery = 100;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _followers = [];
    private readonly Dictionary<string, PolicyLedgerCommands.ChangeAnswer> _answered = [];
    private readonly Queue<string> _answers = new();
    private PolicyLedgerState _state = PolicyLedgerState.Empty;
    private int _sinceSnapshot;
    private SnapshotCleaning _cleaning;

    public override string PersistenceId => TypeName;

    /// <summary>Starts the region on this node; messages to it reach the ledger wherever it lives.</summary>
    public static IActorRef Start(ActorSystem system)
    {
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system).WithPassivateIdleAfter(TimeSpan.Zero);
        return sharding.Start(
            TypeName,
            _ => Props.Create(() => new PolicyLedgerActor()),
            settings,
            new Extractor(),
            sharding.DefaultShardAllocationStrategy(settings),
            StopEntity.Instance
        );
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: PolicyLedgerState state }:
                _state = state;
                break;
            case PolicyOverridden change:
                _state = _state.Apply(change);
                _sinceSnapshot++;
                break;
            case RecoveryCompleted:
                break;
            default:
                throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        // The journal stays whole: who changed which limit, and why, is asked years later.
        if (_cleaning.Took(message, this, _log, SnapshotCleaning.KeepAll))
            return;
        switch (message)
        {
            case PolicyLedgerCommands.Change change:
                Change(change, Sender);
                break;
            case PolicyLedgerCommands.Follow follow:
                if (_followers.Add(Sender))
                    Context.Watch(Sender);
                foreach (var standing in _state.Behind(follow.Known))
                    Sender.Tell(standing);
                Sender.Tell(new PolicyLedgerCommands.Standing(_state.Revision));
                break;
            case PolicyLedgerCommands.GetHistory history:
                Sender.Tell(_state.History(history.Subject));
                break;
            case Terminated gone:
                _followers.Remove(gone.ActorRef);
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Change(PolicyLedgerCommands.Change change, IActorRef asker)
    {
        if (_answered.TryGetValue(change.Id, out var before))
        {
            asker.Tell(before);
            return;
        }
        var (outcome, decided) = _state.Decide(change);
        if (decided is null)
        {
            asker.Tell(new PolicyLedgerCommands.ChangeAnswer(outcome, _state.VersionOf(change.Subject), _state.Revision));
            return;
        }
        Persist(
            decided,
            stored =>
            {
                _state = _state.Apply(stored);
                var answer = new PolicyLedgerCommands.ChangeAnswer(ChangeOutcome.Done, stored.Version, stored.Revision);
                Remember(change.Id, answer);
                asker.Tell(answer);
                var standing = _state.Subjects[stored.Subject].Standing;
                foreach (var follower in _followers)
                {
                    follower.Tell(standing);
                    follower.Tell(new PolicyLedgerCommands.Standing(_state.Revision));
                }
                _log.Info(
                    "The policy of {Subject} was changed by {Who} (revision {Revision})",
                    stored.Subject.Length == 0 ? "everybody" : stored.Subject,
                    stored.Who,
                    stored.Revision
                );
                if (++_sinceSnapshot >= SnapshotEvery)
                {
                    _sinceSnapshot = 0;
                    SaveSnapshot(_state);
                }
            }
        );
    }

    private void Remember(string id, PolicyLedgerCommands.ChangeAnswer answer)
    {
        const int Remembered = 256;
        _answered[id] = answer;
        _answers.Enqueue(id);
        if (_answers.Count > Remembered)
            _answered.Remove(_answers.Dequeue());
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error("The journal fails: a policy could not be changed: {0}", cause.GetBaseException().Message);

    /// <summary>There is one ledger.</summary>
    private sealed class Extractor() : HashCodeMessageExtractor(1)
    {
        public override string? EntityId(object message) => message is IPolicyLedgerMessage ? TypeName : null;
    }
}
