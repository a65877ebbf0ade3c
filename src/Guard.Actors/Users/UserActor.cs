using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Messages;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Waking;

namespace Guard.Actors.Users;

/// <summary>
/// One account. A thin shell: decide, persist, apply, reply, then effects. While a write is in flight it collects what arrives and writes
/// it as one batch, so that load makes batches bigger, not queues longer.
/// </summary>
public sealed class UserActor : UntypedPersistentActor, IWithTimers
{
    private static readonly TimeSpan ResendNote = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckExpiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryUnreadAgain = TimeSpan.FromMinutes(5);

    private readonly UserId _user;
    private readonly UserActorContext _context;
    private readonly UserLease _lease;
    private readonly UserRest _rest;

    // Few ever need these, and there are hundreds of thousands of accounts.
    private LinkedList<UserWork>? _waiting;
    private UserOutbox? _outbox;
    private StayingAwake? _awake;
    private bool _isUnreadable;
    private bool _writing;
    private bool _leaving;
    private int _sinceSnapshot;
    private bool _forgottenAgain;
    private SnapshotCleaning _cleaning;
    private UserForgetting? _forgetting;

    public UserActor(UserId user, UserActorContext context)
    {
        _user = user;
        _context = context;
        _lease = new UserLease(user, context, Self, JournalParts.Of(Context.System).Count > 1);
        _rest = new UserRest(new UserState(user), context, Context);
        (JournalPluginId, SnapshotPluginId) = JournalParts.Of(Context.System).PluginsOf(PersistenceId);
    }

    public override string PersistenceId => IdOf(_user);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Under which name the journal has an account.</summary>
    internal static string IdOf(UserId user) => $"user-{user.Value}";

    private UserState State
    {
        get => _rest.State;
        set => _rest.State = value;
    }

    private UserOutbox Outbox => _outbox ??= new UserOutbox(_context);

    private StayingAwake Awake => _awake ??= new StayingAwake(WakeKey.Of(_user), _context.Wakers, Self);

    private bool IsIdle => !_writing && _forgetting is null && _waiting is not { Count: > 0 };

    /// <summary>A rung must end on time, and what is owed be sent, so that it stays awake for these; everything else may sleep.</summary>
    private bool MayRest => IsIdle && State.Reaction.Rung == Rung.Normal && State.Owed.IsEmpty;

    /// <summary>What brings its time back when that ran ahead of the present.</summary>
    private TimeSetBack? IsAhead => UserTime.Check(State, _context.Clock.Latest);

    public static Props Props(UserId user, UserActorContext context) => Akka.Actor.Props.CreateBy(new Maker(user, context));

    protected override void OnRecover(object message)
    {
        _isUnreadable |= message is UnreadableState or SnapshotOffer { Snapshot: UnreadableState };
        if (message is RecoveryCompleted)
        {
            Recovered();
            return;
        }
        if (_isUnreadable)
            return;
        State =
            UserTurn.Recover(State, message is SnapshotOffer offer ? offer.Snapshot : message)
            ?? throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        if (message is UserEventBatch batch)
            _sinceSnapshot += Weight(batch);
        _forgottenAgain |= message is UserEventBatch { Events: var events } && events.Any(change => change is Forgotten);
    }

    private void Recovered()
    {
        if (_isUnreadable)
        {
            State = new UserState(_user);
            Timers.StartSingleTimer(nameof(TryUnreadAgain), ReceiveTimeout.Instance, TryUnreadAgain);
            return;
        }
        // Asked from here, not by a message to itself: stashed commands would overtake that. Owed effects go out with the terms: only they tell the
        // mode.
        if (!State.Owed.IsEmpty)
            _lease.Ask(State);
        // The site may have taken the slice back in an answer that a crash kept from us, and what is left of it is certain only behind a write of our
        // own: an earlier incarnation's last one may still be on its way. So it is given back, journaled first, before anything is spent.
        if (State.Slice.LeaseId.Length > 0)
            Wait(new LeaseRecalled(_lease.Site, _user, State.Slice.LeaseId), Self);
        WatchExpiry();
        WatchAwake();
        // It was forgotten, and the guard died before the journal had let go of it.
        if (_forgottenAgain || State.IsForgotten)
            Forget([]);
    }

    protected override void OnCommand(object message)
    {
        _rest.Disturb(message);
        if (_isUnreadable)
        {
            ServeUnread(message);
            return;
        }
        if (_forgetting?.Took(message, this, Log) == true)
        {
            if (_forgetting.IsOver)
                _forgetting = null;
            StopWhenIdle();
            return;
        }
        if (!Take(message) && !_cleaning.Took(message, this, Log, _context.Options.KeepEvents))
        {
            Unhandled(message);
            return;
        }
        Proceed();
        // What was decided may have had nothing to journal; whoever speaks to it waits until it has left.
        StopWhenIdle();
    }

    /// <summary>
    /// Of an account whose stored state cannot be read: nothing is counted or written, so that whoever can read it finds it as it was. Logs are not
    /// held up by it; servers that ask get the answer for when there is none.
    /// </summary>
    private void ServeUnread(object message)
    {
        switch (message)
        {
            case UserCommands.Observe { Observations: [.., var last] and var told }:
                UncountedObservations.Of(Context.System).Add(PersistenceId, told.Length);
                Sender.Tell(new Observed(_user, last.Origin.Source, last.Origin.Position));
                break;
            case UserCommands.GetStatus:
                Status();
                break;
            case UserCommands.Release
            or UserCommands.ForgetAttempts
            or UserCommands.Absolve
            or UserCommands.Confirm
            or UserCommands.Lock
            or UserCommands.Forget
            or UserCommands.PlanException
            or UserCommands.WithdrawException:
                Sender.Tell(new Done(_user, "not done: what is stored of this account cannot be read; the guard's log and /health/ready say why"));
                break;
            case LeaseRecalled recalled:
                var (owner, returned) = _context.Return(new SiteCommands.ReturnLease(_lease.Site, _user, recalled.LeaseId, [], false));
                owner.Tell(returned);
                break;
            case UserRest.Look when !_rest.IsQuiet():
                break;
            case UserRest.Look or ReceiveTimeout:
                _rest.TryAgain();
                Context.Parent.Tell(new Passivate(StopEntity.Instance));
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
        }
    }

    private bool Take(object message)
    {
        switch (message)
        {
            case LeaseGranted granted:
                if (!_lease.Granted(granted, out var hasSlice))
                    break;
                if (hasSlice)
                    (_waiting ??= new()).AddFirst(new UserWork(granted, Sender));
                SendOwed();
                break;
            case LeaseChanged changed:
                _lease.Changed(changed);
                break;
            case AccountReminders.AnswerIsLate late:
                _lease.AskAgain(late.Number);
                // It may have gone on alone: what it owes waited for the terms.
                SendOwed();
                break;
            case UserCommands.GetStatus:
                Status();
                break;
            case EffectDone done when UserOutbox.IsReported(done, State, out var end):
                Outbox.NoteSite(end, _lease);
                break;
            case ReactionNoted noted:
                Wait(new EffectDone(noted.User, noted.Effect), Sender);
                break;
            case UserOutbox.Resend:
                _outbox?.Forget();
                SendOwed();
                break;
            case WakeUser:
                // While something is being written nobody knows yet; the waker asks again.
                if (IsIdle)
                    Awake.Answer(UserAwake.DueOf(State), LastSequenceNr);
                WatchNote();
                break;
            case AwakeNoted noted:
                _awake?.Noted(noted);
                break;
            case NoteTimeout:
                if (_awake?.Wanted is null)
                    Timers.Cancel(nameof(NoteTimeout));
                _awake?.Ask();
                break;
            case IWithUserId command when IsIdle && !_lease.IsAsking && Strangers.Answer(State, command, _context) is { } answer:
                Sender.Tell(answer);
                Context.SetReceiveTimeout(Strangers.AwakeFor);
                break;
            case IWithUserId command:
                Wait(command, Sender);
                break;
            case ExpiryCheck when IsAhead is not null:
                if (_waiting is not { Count: > 0 })
                    (_waiting ??= new()).AddLast(UserWork.Expiry(_user));
                break;
            case ExpiryCheck:
                if (_waiting is not { Count: > 0 } && State.Reaction.Rung != Rung.Normal && _context.Clock.Now.ToUnixTimeMilliseconds() >= State.Reaction.Until)
                    (_waiting ??= new()).AddLast(UserWork.Expiry(_user));
                break;
            case UserRest.Look when !_rest.IsQuiet():
                break;
            case UserRest.Look or ReceiveTimeout:
                if (!State.IsFounded || _rest.IsOver(isBusy: !MayRest))
                    Leave();
                else if (IsIdle)
                    _waiting = null;
                break;
            case AccountReminders.RestedLong rested:
                if (_rest.IsOver(rested))
                    Leave();
                break;
            case StopEntity:
                _leaving = true;
                StopWhenIdle();
                break;
            default:
                return false;
        }
        return true;
    }

    private void Wait(IWithUserId command, IActorRef sender) => (_waiting ??= new()).AddLast(new UserWork(command, sender));

    private void Proceed()
    {
        if (_writing || _lease.IsAsking || _waiting is not { Count: > 0 })
            return;
        if (_lease.Terms is null)
        {
            _lease.Ask(State);
            return;
        }
        _lease.Refresh(State);
        var write = new UserWrite(State, _lease, _context, Log);
        if (IsAhead is { } back)
        {
            Log.Warning(
                "{User}: its time had run ahead to {Was}; it goes on at {Now}",
                _user,
                DateTimeOffset.FromUnixTimeMilliseconds(State.LastSeen),
                back.At
            );
            write.Turn.Record(back);
        }
        while (_waiting.First is { } first && write.Take(first.Value))
            _waiting.RemoveFirst();
        Commit(write);
    }

    private void Commit(UserWrite write)
    {
        if (write.Turn.IsEmpty)
        {
            Finish(write);
            return;
        }
        _writing = true;
        // Known to its waker before it is so: else a crash just after this write would leave nobody who wakes it.
        if (UserAwake.DueOf(write.Turn.State) is { } due && Awake.MustWait(due, LastSequenceNr + 1, () => Persist(write)))
        {
            WatchNote();
            return;
        }
        Persist(write);
    }

    private void Persist(UserWrite write)
    {
        var started = Stopwatch.GetTimestamp();
        PersistAsync(
            new UserEventBatch(_user, write.Turn.Events),
            batch =>
            {
                _writing = false;
                State = write.Turn.State;
                _context.Observer.Journaled(_lease.Site, batch, LastSequenceNr, State, Stopwatch.GetElapsedTime(started));
                _sinceSnapshot += Weight(batch);
                Finish(write);
                if (write.Forgetters is { } askers)
                    Forget(askers);
                else if (_sinceSnapshot >= _context.Options.SnapshotEvery)
                    Snapshot();
                WatchExpiry();
                WatchAwake();
                Proceed();
                StopWhenIdle();
            }
        );
    }

    private void Finish(UserWrite write)
    {
        write.Reply();
        SendOwed();
        if (!write.Needs.IsEmpty)
            _lease.Ask(State, write.Needs, write.NeedsAt, write.IsQuestion);
    }

    private void SendOwed()
    {
        if (!State.Owed.IsEmpty || _outbox is not null)
            Outbox.Send(State, _lease, Timers);
        if (State.Owed.IsEmpty)
            _outbox = null;
    }

    private void WatchExpiry()
    {
        if (State.Reaction.Rung == Rung.Normal)
            Timers.Cancel(nameof(ExpiryCheck));
        else if (!Timers.IsTimerActive(nameof(ExpiryCheck)))
            Timers.StartPeriodicTimer(nameof(ExpiryCheck), ExpiryCheck.Instance, CheckExpiry);
    }

    private void WatchAwake()
    {
        var due = UserAwake.DueOf(State);
        if (due is null && _awake is null)
            return;
        Awake.Tell(due, LastSequenceNr);
        WatchNote();
    }

    private void WatchNote()
    {
        if (_awake?.Wanted is not null && !Timers.IsTimerActive(nameof(NoteTimeout)))
            Timers.StartPeriodicTimer(nameof(NoteTimeout), NoteTimeout.Instance, ResendNote);
    }

    /// <summary>What reading a row again costs: its events, and itself as one more.</summary>
    private static int Weight(UserEventBatch batch) => batch.Events.Length + 1;

    private void Snapshot()
    {
        _sinceSnapshot = 0;
        SaveSnapshot(State);
    }

    /// <summary>What is left of it becomes a snapshot, and everything before that is deleted, whatever the journal keeps of others.</summary>
    private void Forget(List<IActorRef> askers)
    {
        _forgottenAgain = false;
        if (_forgetting is { } going)
            askers.AddRange(going.Askers);
        _forgetting = new UserForgetting(_user, LastSequenceNr, askers);
        Snapshot();
    }

    private void Status()
    {
        var policy = _context.Policies.Current.For(_lease.Site).For(_user);
        var now = _context.Clock.Present;
        var siteRung = _lease.Terms?.Site.At(now.ToUnixTimeMilliseconds()) ?? Rung.Normal;
        var status = UserDescription.Of(State, _lease.Site, policy, siteRung, now, _lease.Terms?.SitePlanned ?? []);
        Sender.Tell(_isUnreadable ? status with { IsUnreadable = true } : status);
    }

    private void Leave()
    {
        _rest.TryAgain();
        if (!MayRest)
            return;
        if (State.Slice.LeaseId.Length > 0)
        {
            Wait(new LeaseRecalled(_lease.Site, _user, State.Slice.LeaseId), Sender);
            return;
        }
        if (_sinceSnapshot >= _context.Options.WorthSnapshotOnLeave)
            Snapshot();
        Context.Parent.Tell(new Passivate(StopEntity.Instance));
    }

    private void StopWhenIdle()
    {
        // What waits for the waker was answered to nobody yet; the source tells it again.
        if (_leaving && (IsIdle || _awake?.IsWaiting == true))
            Context.Stop(Self);
    }

    protected override void PreStart()
    {
        _context.Observer.Awake(EntityKind.User);
        base.PreStart();
    }

    protected override void PostStop()
    {
        _rest.Unwatch();
        _context.Observer.Asleep(EntityKind.User);
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _context.Observer.JournalFailed(EntityKind.User);
        _context.Trouble.Tell(Log, _user, cause);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _context.Trouble.Tell(Log, _user, reason);

    /// <summary>Makes it without an expression tree for each.</summary>
    private sealed class Maker(UserId user, UserActorContext context) : IIndirectActorProducer
    {
        public Type ActorType => typeof(UserActor);

        public ActorBase Produce() => new UserActor(user, context);

        public void Release(ActorBase actor) { }
    }

    private sealed class NoteTimeout : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly NoteTimeout Instance = new();
    }

    private sealed class ExpiryCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly ExpiryCheck Instance = new();
    }
}
