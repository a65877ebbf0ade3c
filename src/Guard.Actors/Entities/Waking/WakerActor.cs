using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Guard.Messages.Waking;

namespace Guard.Actors.Entities.Waking;

/// <param name="Users">The region of users; a function because regions know each other.</param>
/// <param name="Every">How often is looked who is due.</param>
public sealed record WakerContext(Func<IActorRef> Users, Func<IActorRef> Sites, IGuardClock Clock, JournalTrouble Trouble, TimeSpan Every);

/// <summary>
/// Remembers, durably, which entities must not sleep: those on a rung that has to end on time, and those that owe effects. A node that dies takes its entities
/// with it; whoever is due is woken on the node that has its shard now, and tells what it still owes.
/// </summary>
public sealed class WakerActor : UntypedPersistentActor, IWithTimers
{
    private const int MaxAtOnce = 1000;
    private const int SnapshotEvery = 200;

    /// <summary>An entity that is awake already need not be reminded at every look.</summary>
    private const int LooksBetween = 4;

    private readonly string _waker;
    private readonly WakerContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<WakeKey, WakeEntry> _noting = [];
    private readonly HashSet<WakeKey> _dropping = [];
    private readonly List<(IActorRef To, AwakeNoted Answer)> _answers = [];
    private readonly Dictionary<WakeKey, long> _woken = [];
    private SnapshotCleaning _cleaning;
    private WakerState _state = WakerState.Empty;
    private ImmutableArray<WakeKey> _droppedInFlight = [];
    private bool _writing;
    private bool _leaving;
    private long _looks;
    private int _sinceSnapshot;

    public WakerActor(string waker, WakerContext context) => (_waker, _context) = (waker, context);

    public override string PersistenceId => $"waker-{_waker}";

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string waker, WakerContext context) => Akka.Actor.Props.Create(() => new WakerActor(waker, context));

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: WakerSnapshot snapshot }:
                _state = WakerState.Of(snapshot);
                break;
            case WakerChanged change:
                _state = _state.Apply(change);
                _sinceSnapshot++;
                break;
            case RecoveryCompleted:
                Timers.StartPeriodicTimer(nameof(Look), Look.Instance, _context.Every);
                Wake();
                break;
            default:
                throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        if (_cleaning.Took(message, this, _log, keep: 0))
            return;
        switch (message)
        {
            case WakerCommands.Note note:
                Take(note.Entry);
                break;
            case WakerCommands.Drop drop:
                if (!_noting.ContainsKey(drop.Key) && _state.Drops(drop.Key, drop.Number))
                    _dropping.Add(drop.Key);
                break;
            case WakerCommands.Ping:
                return;
            case Look:
                Wake();
                return;
            case StopEntity:
                _leaving = true;
                break;
            default:
                Unhandled(message);
                return;
        }
        Write();
    }

    private void Take(WakeEntry entry)
    {
        var answer = new AwakeNoted(entry.Key, entry.Number);
        if (!_state.IsNews(entry) && !_dropping.Contains(entry.Key) && !_noting.ContainsKey(entry.Key) && !_droppedInFlight.Contains(entry.Key))
        {
            Sender.Tell(answer);
            return;
        }
        _dropping.Remove(entry.Key);
        if (!_noting.TryGetValue(entry.Key, out var waiting) || waiting.Number <= entry.Number)
            _noting[entry.Key] = entry;
        _answers.Add((Sender, answer));
    }

    /// <summary>What arrives while a write is in flight is written as one.</summary>
    private void Write()
    {
        if (_writing)
            return;
        if (_noting.Count == 0 && _dropping.Count == 0)
        {
            if (_leaving)
                Context.Stop(Self);
            return;
        }
        _writing = true;
        var change = new WakerChanged([.. _noting.Values], [.. _dropping]);
        var answers = _answers.ToArray();
        _droppedInFlight = change.Dropped;
        _noting.Clear();
        _dropping.Clear();
        _answers.Clear();
        PersistAsync(
            change,
            stored =>
            {
                _writing = false;
                _droppedInFlight = [];
                _state = _state.Apply(stored);
                foreach (var dropped in stored.Dropped)
                    _woken.Remove(dropped);
                foreach (var (to, answer) in answers)
                    to.Tell(answer);
                if (++_sinceSnapshot >= SnapshotEvery)
                {
                    _sinceSnapshot = 0;
                    SaveSnapshot(_state.ToSnapshot());
                }
                Write();
            }
        );
    }

    private void Wake()
    {
        _looks++;
        var woken = 0;
        foreach (var key in _state.Due(_context.Clock.Now))
        {
            if (_woken.TryGetValue(key, out var look) && _looks - look < LooksBetween)
                continue;
            _woken[key] = _looks;
            if (key.IsUser)
                _context.Users().Tell(new WakeUser(key.User));
            else
                _context.Sites().Tell(new WakeSite(key.Site));
            if (++woken >= MaxAtOnce)
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _context.Trouble.Tell(_log, PersistenceId, cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _context.Trouble.Tell(_log, PersistenceId, reason);

    private sealed class Look : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
