using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using Guard.Actors.Behaviour;
using Guard.Actors.Entities;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Actors.Addresses;

/// <param name="Firewall">The ledger of blocks.</param>
/// <param name="OwnProxies">See <see cref="AddressTerms.OwnProxies"/>.</param>
public sealed record AddressActorContext(
    IActorRef Firewall,
    IPolicySource Policies,
    IGuardClock Clock,
    EntityOptions Options,
    JournalTrouble Trouble,
    IEntityObserver Observer,
    ImmutableArray<NetworkPrefix> OwnProxies
);

/// <summary>
/// Some networks of the Internet. A thin shell: decide, persist, apply, reply, then the blocks. What arrives while a write is in flight is written as one row,
/// and each snapshot takes the rows before it away, so that strangers' words do not grow the journal.
/// </summary>
public sealed class AddressActor : UntypedPersistentActor, IWithTimers
{
    private const int SnapshotEvery = 32;
    private const int WholeHistory = 100_000;

    /// <summary>With so many attempts a row waits for no more: as many as a log that is far behind tells of at once.</summary>
    private const int FullRow = 512;

    /// <summary>Between two rows; where one follows another for long, as in a flood, up to the longest: a row with more in it costs hardly more.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ResendBlocks = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TryUnreadAgain = TimeSpan.FromMinutes(5);

    private readonly int _bucket;
    private readonly AddressActorContext _context;
    private readonly ImmutableArray<AddressEvent>.Builder _events = ImmutableArray.CreateBuilder<AddressEvent>();
    private readonly HashSet<long> _sent = [];
    private AddressBucketState _state;

    /// <summary>With what arrived and is not journaled yet.</summary>
    private AddressBucketState _ahead;
    private List<(IActorRef To, AttemptsNoted Reply)> _replies = [];
    private SnapshotCleaning _cleaning;
    private bool _isUnreadable;
    private bool _writing;
    private bool _leaving;
    private long _wroteAt;
    private TimeSpan _pause = ShortestPause;
    private TimeSpan _dueIn;
    private bool _isAwaited;
    private int _taken;
    private int _sinceSnapshot;

    public AddressActor(int bucket, AddressActorContext context)
    {
        (_bucket, _context) = (bucket, context);
        _state = _ahead = new AddressBucketState(bucket);
        (JournalPluginId, SnapshotPluginId) = JournalParts.Of(Context.System).PluginsOf(PersistenceId);
        Context.SetReceiveTimeout(context.Options.PassivateAfter);
    }

    public override string PersistenceId => IdOf(_bucket);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Nobody asks why of an address once it is in a snapshot; who wants the whole history of accounts kept has that of addresses too.</summary>
    private long KeepEvents => _context.Options.KeepEvents >= WholeHistory ? _context.Options.KeepEvents : 0;

    /// <summary>Under which names the journal has addresses.</summary>
    internal const string IdPrefix = "addresses-";

    internal static string IdOf(int bucket) => $"{IdPrefix}{bucket:000}";

    /// <param name="dispatcher">See <see cref="BackgroundDispatcher"/>.</param>
    public static Props Props(int bucket, AddressActorContext context, string dispatcher) =>
        Akka.Actor.Props.Create(() => new AddressActor(bucket, context)).WithDispatcher(dispatcher);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case UnreadableState or SnapshotOffer { Snapshot: UnreadableState }:
                _isUnreadable = true;
                break;
            case RecoveryCompleted when _isUnreadable:
                _state = _ahead = new AddressBucketState(_bucket);
                Timers.StartSingleTimer(nameof(TryUnreadAgain), ReceiveTimeout.Instance, TryUnreadAgain);
                break;
            case not RecoveryCompleted when _isUnreadable:
                break;
            case SnapshotOffer { Snapshot: AddressBucketState state }:
                _state = _ahead = state;
                break;
            case AddressEventBatch batch:
                _state = _ahead = AddressEvolution.Apply(_state, batch);
                _sinceSnapshot++;
                break;
            case RecoveryCompleted:
                SendOwed();
                break;
            default:
                throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        if (_isUnreadable)
        {
            ServeUnread(message);
            return;
        }
        switch (message)
        {
            case AddressCommands.Observe observe:
                Take(observe);
                // A server reported it, and has its deadline; a log has time.
                _isAwaited |= observe.Attempts is [{ Origin.Source.Length: 0 }, ..];
                break;
            case AddressCommands.Forget forget:
                Record(new AddressForgotten(forget.At, forget.Address));
                _replies.Add((Sender, new AttemptsNoted(_bucket, "", 0)));
                break;
            case AddressCommands.Check check:
                Sender.Tell(Check(check));
                break;
            case EffectDone done:
                Confirm(done);
                break;
            case AddressCommands.GetStatus get:
                Sender.Tell(AddressDescription.Of(_ahead, get.Address, _context.Clock.Present));
                break;
            case WriteDue:
                break;
            case OwedCheck:
                _sent.Clear();
                SendOwed();
                break;
            case ReceiveTimeout:
                Leave();
                break;
            case StopEntity:
                _leaving = true;
                break;
            case var answer when _cleaning.Took(answer, this, Log, KeepEvents):
                break;
            default:
                Unhandled(message);
                return;
        }
        Proceed();
    }

    /// <summary>Of addresses whose stored state cannot be read nothing is counted or written, and they shut out nobody; logs are not held up.</summary>
    private void ServeUnread(object message)
    {
        switch (message)
        {
            case AddressCommands.Observe { Attempts: [.., var last] and var told }:
                UncountedObservations.Of(Context.System).Add(PersistenceId, told.Length);
                Sender.Tell(new AttemptsNoted(_bucket, last.Origin.Source, last.Origin.Position));
                break;
            case AddressCommands.Forget:
                Sender.Tell(new AttemptsNoted(_bucket, "", 0));
                break;
            case AddressCommands.Check check:
                Sender.Tell(new AddressVerdict(check.RequestId, [], false));
                break;
            case AddressCommands.GetStatus get:
                Sender.Tell(AddressDescription.Of(_state, get.Address, _context.Clock.Present));
                break;
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(StopEntity.Instance));
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
        }
    }

    private void Proceed()
    {
        while (!_writing && (_events.Count > 0 || _replies.Count > 0))
        {
            // What comes within a moment goes in one row: a flood of strangers must not crowd out those who wait for an answer.
            var since = _wroteAt == 0 ? Quiet : Stopwatch.GetElapsedTime(_wroteAt);
            var pause = _isAwaited ? ShortestPause : _pause;
            if (since < pause && !_leaving && _taken < FullRow)
            {
                if (_dueIn != pause || !Timers.IsTimerActive(nameof(WriteDue)))
                    Timers.StartSingleTimer(nameof(WriteDue), WriteDue.Instance, pause - since);
                _dueIn = pause;
                return;
            }
            _pause = since >= Quiet ? ShortestPause : Longer(_pause);
            Write();
        }
        if (_leaving && !_writing)
            Context.Stop(Self);
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.25 is var longer && longer < LongestPause ? longer : LongestPause;

    private void Write()
    {
        var (state, replies) = (_ahead, _replies);
        _replies = [];
        _isAwaited = false;
        _taken = 0;
        if (_events.Count == 0)
        {
            Answer(replies);
            return;
        }
        var events = _events.ToImmutable();
        _events.Clear();
        _writing = true;
        _wroteAt = Stopwatch.GetTimestamp();
        PersistAsync(
            new AddressEventBatch(_bucket, events),
            batch =>
            {
                _writing = false;
                _state = state;
                _context.Observer.Journaled(batch);
                Answer(replies);
                SendOwed();
                if (++_sinceSnapshot >= SnapshotEvery)
                    Snapshot();
                Proceed();
            }
        );
    }

    private void Take(AddressCommands.Observe observe)
    {
        foreach (var attempt in observe.Attempts)
        {
            if (attempt.Origin.Source.Length > 0 && _ahead.HasTaken(StableHash.Of(attempt.Origin.Source), attempt.Origin.Position))
                continue;
            if (!KeysNow.SequenceEqual(_ahead.Adopted))
                Record(new AddressQuotasAdopted(attempt.At, KeysNow));
            _ahead = AddressDecider.Decide(_ahead, attempt, TermsOf(attempt.Site), _events);
        }
        _taken += observe.Attempts.Length;
        if (!observe.Attempts.IsEmpty)
            _replies.Add((Sender, new AttemptsNoted(_bucket, observe.Attempts[^1].Origin.Source, observe.Attempts[^1].Origin.Position)));
    }

    /// <summary>Asked of everything that arrived before, written or not: nothing is counted, so that nothing has to be durable.</summary>
    private AddressVerdict Check(AddressCommands.Check check)
    {
        var terms = TermsOf(check.Site);
        var reasons = AddressLimits.Exceeded(_ahead, check.Address, check.Account, terms, check.At.ToUnixTimeMilliseconds());
        return new AddressVerdict(check.RequestId, reasons, terms.Mode == GuardMode.Enforce);
    }

    private void Confirm(EffectDone done)
    {
        if (_ahead.Owed.FirstOrDefault(owed => owed.Id == done.Id) is { } owed)
            Record(new BlockConfirmed(owed.Block.At, done.Id));
    }

    private void Record(AddressEvent change)
    {
        _events.Add(change);
        _ahead = AddressEvolution.Apply(_ahead, change);
    }

    /// <summary>The quotas of addresses in the policies that hold now.</summary>
    private ImmutableArray<string> KeysNow => AddressLimits.KeysOf(_context.Policies.Current);

    private AddressTerms TermsOf(string site)
    {
        var book = _context.Policies.Current;
        return AddressTerms.Of(site.Length == 0 ? book.Default : book.For(new SiteId(site)).Policy, _context.OwnProxies);
    }

    private static void Answer(List<(IActorRef To, AttemptsNoted Reply)> replies)
    {
        foreach (var (to, reply) in replies)
            to.Tell(reply);
    }

    private void SendOwed()
    {
        foreach (var (id, block) in _state.Owed)
        {
            if (!_sent.Add(id))
                continue;
            _context.Firewall.Tell(
                new Effect(
                    Effect.OfAddresses,
                    id,
                    EffectKind.BlockAddress,
                    block.At,
                    block.Until,
                    block.Observe ? GuardMode.Observe : GuardMode.Enforce,
                    Rung.Normal,
                    Rung.Normal,
                    0,
                    block.Address,
                    "",
                    block.Reasons
                )
                {
                    PrefixLength = block.PrefixLength,
                }
            );
        }
        if (_state.Owed.IsEmpty)
        {
            _sent.Clear();
            Timers.Cancel(nameof(OwedCheck));
        }
        else if (!Timers.IsTimerActive(nameof(OwedCheck)))
        {
            Timers.StartPeriodicTimer(nameof(OwedCheck), OwedCheck.Instance, ResendBlocks);
        }
    }

    private void Snapshot()
    {
        _sinceSnapshot = 0;
        SaveSnapshot(_state);
    }

    private void Leave()
    {
        if (_writing || _events.Count > 0 || _replies.Count > 0 || !_state.Owed.IsEmpty)
            return;
        if (_sinceSnapshot >= SnapshotEvery / 4)
            Snapshot();
        Context.Parent.Tell(new Passivate(StopEntity.Instance));
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _context.Trouble.Tell(Log, PersistenceId, cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _context.Trouble.Tell(Log, PersistenceId, reason);

    private sealed class WriteDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly WriteDue Instance = new();
    }

    private sealed class OwedCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly OwedCheck Instance = new();
    }
}
