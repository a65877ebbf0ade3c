using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Messages;
using Guard.Messages.Decisions;
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
    /// <summary>Quiet for so long, an account rests.</summary>
    internal static readonly TimeSpan MostBeforeRest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ResendEffects = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ResendNote = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckExpiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefreshLease = TimeSpan.FromMinutes(10);

    private static long _incarnations;

    private readonly UserId _user;
    private readonly UserActorContext _context;
    // A restart after a fault keeps the path's number, and a request named as one before it would be answered with that one's slice.
    private readonly long _incarnation = Interlocked.Increment(ref _incarnations);
    // Not read-only: it changes in place.
    private RestingState _resting;
    private SiteId _site;
    private LinkedList<UserWork>? _waiting;
    private HashSet<long>? _sent;
    private StayingAwake? _awake;
    private UserTerms? _terms;
    private long _termsAt;
    private SiteCommands.RequestLease? _asked;
    private bool _needsAnswered;
    private bool _writing;
    private bool _leaving;
    private int _leaseRequests;
    private int _sinceSnapshot;
    private int _rests;
    private bool _isQuiet;
    private bool _isReminded;
    private OneCleaning _cleaning;

    public UserActor(UserId user, UserActorContext context)
    {
        _user = user;
        _context = context;
        _site = context.Policies.Current.SiteOf(user);
        _resting = new RestingState(new UserState(user));
        Context.SetReceiveTimeout(RestAfter);
    }

    public override string PersistenceId => IdOf(_user);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Under which name the journal has an account.</summary>
    internal static string IdOf(UserId user) => $"user-{user.Value}";

    private UserState State
    {
        get => _resting.Get(Context.System);
        set => _resting.Set(value);
    }

    // Few ever need what is made here, and there are hundreds of thousands of them.
    private StayingAwake Awake => _awake ??= new StayingAwake(WakeKey.Of(_user), _context.Wakers, Self);

    /// <summary>Quiet for so long, it rests: awake, but small.</summary>
    private TimeSpan RestAfter => _context.Options.PassivateAfter < MostBeforeRest ? _context.Options.PassivateAfter : MostBeforeRest;

    public static Props Props(UserId user, UserActorContext context) => Akka.Actor.Props.CreateBy(new Maker(user, context));

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: UserState state }:
                State = state;
                break;
            case UserEventBatch batch:
                State = UserEvolution.Apply(State, batch);
                _sinceSnapshot += Weight(batch);
                break;
            case RecoveryCompleted:
                // Asked from here, not by a message to itself: stashed commands would overtake that. Owed effects go out with the terms: only they tell the mode.
                if (!State.Owed.IsEmpty)
                    Ask([], DateTimeOffset.FromUnixTimeMilliseconds(State.LastSeen));
                // The site may have taken the slice back in an answer that a crash kept from us, and what is left of it is certain only behind a write of our own: an earlier
                // incarnation's last one may still be on its way. So it is given back, journaled first, before anything is spent.
                if (State.Slice.LeaseId.Length > 0)
                    (_waiting ??= new()).AddLast(new UserWork(new LeaseRecalled(_site, _user, State.Slice.LeaseId), Self));
                WatchExpiry();
                WatchAwake();
                break;
            default:
                throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        if (_isQuiet && message is not (ReceiveTimeout or INotInfluenceReceiveTimeout))
        {
            _isQuiet = false;
            Context.SetReceiveTimeout(RestAfter);
        }
        switch (message)
        {
            case LeaseGranted granted:
                Granted(granted);
                break;
            case LeaseChanged changed:
                _terms = _context.Terms.Of(changed.Policy, changed.SitePolicy, changed.SiteRung, changed.Prior, changed.SitePlanned);
                break;
            case UserCommands.GetStatus:
                Status();
                break;
            case EffectDone done when State.Owed.FirstOrDefault(effect => effect.Id == done.Id) is { Kind: EffectKind.NoteSite } end:
                // Its report is in the outbox; what is still owed is the word to the site.
                NoteSite(end);
                break;
            case ReactionNoted noted:
                Wait(new EffectDone(noted.User, noted.Effect));
                break;
            case WakeUser:
                // While something is being written nobody knows yet; the waker asks again.
                if (!_writing && _waiting is not { Count: > 0 })
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
            case IWithUserId command:
                Wait(command);
                break;
            case AccountReminders.AnswerIsLate late:
                if (_asked is not null && late.Number == _leaseRequests)
                    SendAsked();
                break;
            case ExpiryCheck:
                if (_waiting is not { Count: > 0 } && State.Reaction.Rung != Rung.Normal && _context.Clock.Now.ToUnixTimeMilliseconds() >= State.Reaction.Until)
                    Wait(new TimeIsUp(_user));
                break;
            case OwedCheck:
                _sent?.Clear();
                SendOwed();
                break;
            case ReceiveTimeout:
                Quiet();
                break;
            case AccountReminders.RestedLong rested:
                _isReminded = false;
                if (_isQuiet && rested.Number == _rests)
                    Leave();
                else if (_isQuiet)
                    Remind();
                break;
            case LeaveNow:
                _leaving = true;
                StopWhenIdle();
                break;
            case SaveSnapshotSuccess saved when _cleaning.Begins():
                DeleteMessages(Math.Max(0, saved.Metadata.SequenceNr - _context.Options.KeepEvents));
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotSuccess:
                break;
            case SaveSnapshotFailure failure:
                Log.Warning(failure.Cause, "Snapshot of {User} failed; the journal still has everything", _user);
                break;
            case DeleteMessagesSuccess:
                _cleaning.Ended();
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotSuccess:
                break;
            case DeleteMessagesFailure failure:
                _cleaning.Ended();
                Log.Warning(failure.Cause, "Cleaning the journal of {User} failed; it will be tried with the next snapshot", _user);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning(failure.Cause, "Deleting old snapshots of {User} failed", _user);
                break;
            default:
                Unhandled(message);
                return;
        }
        Proceed();
    }

    private void Wait(IWithUserId command) => (_waiting ??= new()).AddLast(new UserWork(command, Sender));

    private void Granted(LeaseGranted granted)
    {
        _terms = _context.Terms.Of(granted.Policy, granted.SitePolicy, granted.SiteRung, granted.Prior, granted.SitePlanned);
        _termsAt = Stopwatch.GetTimestamp();
        // The same name, and one string for all its accounts.
        _site = granted.Site;
        if (_asked is null || granted.RequestId != _asked.RequestId)
            return;
        _needsAnswered = !_asked.Needs.IsEmpty;
        var replaced = _asked.ReturnsLeaseId;
        _asked = null;
        if (!granted.Granted.IsEmpty || replaced.Length > 0)
            (_waiting ??= new()).AddFirst(new UserWork(granted, Sender));
        SendOwed();
    }

    private void Ask(ImmutableArray<SliceAmount> needs, DateTimeOffset at)
    {
        var slice = needs.IsEmpty ? Slice.None : State.Slice;
        _asked = new SiteCommands.RequestLease(
            _site, _user, $"{Self.Path.Uid}-{_incarnation}-{++_leaseRequests}", at, needs, slice.LeaseId, slice.Left);
        SendAsked();
    }

    private void SendAsked()
    {
        _context.Sites.Tell(_asked);
        _context.Reminders.Tell(new AccountReminders.Asks(_leaseRequests));
    }

    private void Proceed()
    {
        if (_writing || _asked is not null || _waiting is not { Count: > 0 })
            return;
        if (_terms is null)
        {
            Ask([], DateTimeOffset.FromUnixTimeMilliseconds(State.LastSeen));
            return;
        }
        if (Stopwatch.GetElapsedTime(_termsAt) > RefreshLease)
        {
            // Only to hear of changes whose push was lost with the site's memory of its holders; nothing waits for it.
            _termsAt = Stopwatch.GetTimestamp();
            _context.Sites.Tell(new SiteCommands.RequestLease(_site, _user, "", DateTimeOffset.FromUnixTimeMilliseconds(State.LastSeen), [], "", []));
        }
        var write = new UserWrite(State);
        ImmutableArray<SliceAmount> needs = [];
        var needsAt = default(DateTimeOffset);
        while (_waiting!.First is { } first)
        {
            if (!Handle(first.Value, write, out needs, out needsAt))
                break;
            _waiting.RemoveFirst();
        }
        Commit(write, needs, needsAt);
    }

    /// <summary>False when the work must wait for a slice of the site's quota before it goes on.</summary>
    private bool Handle(UserWork work, UserWrite write, out ImmutableArray<SliceAmount> needs, out DateTimeOffset needsAt)
    {
        needs = [];
        needsAt = default;
        switch (work.Command)
        {
            case UserCommands.Observe observe:
                for (; work.Next < observe.Observations.Length; work.Next++)
                {
                    var observation = observe.Observations[work.Next];
                    if (write.State.HasTaken(Behaviour.StableHash.Of(observation.Origin.Source), observation.Origin.Position) && observation.Origin.Source.Length > 0)
                        continue;
                    if (MustAsk(write.State, observation, out needs))
                    {
                        needsAt = observation.At;
                        return false;
                    }
                    Tell(write, observation);
                    write.Record(UserDecider.Decide(write.State, observation, _terms!).Events);
                }
                if (!observe.Observations.IsEmpty)
                {
                    var last = observe.Observations[^1].Origin;
                    write.Replies.Add((work.Sender, new Observed(_user, last.Source, last.Position)));
                }
                return true;
            case UserCommands.Decide decide:
                if (MustAsk(write.State, decide.Observation, out needs))
                {
                    needsAt = decide.Observation.At;
                    return false;
                }
                Tell(write, decide.Observation);
                var verdict = UserDecider.Decide(write.State, decide.Observation, _terms!);
                write.Record(verdict.Events);
                write.Replies.Add((work.Sender, Answer(decide.RequestId, verdict, write.State)));
                return true;
            case UserCommands.GiveBack giveBack:
                write.Record(Reservations.Return(write.State, giveBack, _terms!));
                return true;
            case UserCommands.Check check:
                // Nothing is used up, so that what the site's slice lacks does not count against it.
                var checkedVerdict = UserDecider.Decide(write.State, check.Observation, _terms! with { SiteQuotas = [], SitePlanned = [] });
                var would = write.State;
                foreach (var change in checkedVerdict.Events)
                    would = UserEvolution.Apply(would, change);
                write.Replies.Add((work.Sender, Answer(check.RequestId, checkedVerdict, would)));
                return true;
            case LeaseGranted granted:
                write.Record(new SliceTaken(granted.Expires, granted.LeaseId, granted.Expires, granted.Granted));
                return true;
            case LeaseRecalled recalled:
                var left = write.State.Slice.LeaseId == recalled.LeaseId ? write.State.Slice.Left : [];
                if (write.State.Slice.LeaseId == recalled.LeaseId && recalled.LeaseId.Length > 0)
                    write.Record(new SliceGivenBack(DateTimeOffset.FromUnixTimeMilliseconds(write.State.LastSeen), recalled.LeaseId));
                write.Replies.Add((_context.Sites, new SiteCommands.ReturnLease(_site, _user, recalled.LeaseId, left, false)));
                return true;
            case EffectDone done:
                if (write.State.Owed.Any(effect => effect.Id == done.Id))
                    write.Record(new EffectConfirmed(DateTimeOffset.FromUnixTimeMilliseconds(write.State.LastSeen), done.Id));
                return true;
            case TimeIsUp:
                write.Record(UserDecider.Expire(write.State, _context.Clock.Now.ToUnixTimeMilliseconds(), _terms!.Policy.Source.Reactions).ToImmutableArray<UserEvent>());
                return true;
            case UserCommands.Release release:
                Administer(work, write, UserAdministration.Release(write.State, release.At), "released");
                return true;
            case UserCommands.Absolve absolve:
                Administer(work, write, UserAdministration.Absolve(write.State, absolve.At), "absolved; what was seen is usual from now on");
                return true;
            case UserCommands.Confirm confirm:
                Administer(work, write, UserAdministration.Confirm(write.State, confirm.At, _terms!.Policy.Source.Reactions), "confirmed as an attack");
                return true;
            case UserCommands.Lock locking:
                Administer(work, write, UserAdministration.Lock(write.State, locking.At, locking.Until, _terms!.Policy.Source.Reactions, locking.Grade), "locked");
                return true;
            case UserCommands.PlanException plan:
                Administer(work, write, UserAdministration.Plan(write.State, plan.At, plan.Planned));
                return true;
            case UserCommands.WithdrawException withdraw:
                Administer(work, write, UserAdministration.Withdraw(write.State, withdraw.At, withdraw.Exception));
                return true;
            case AnswerReport answer:
                var taken = UserAdministration.Answer(write.State, answer, _terms!.Policy.Source.Reactions);
                write.Record(taken ?? []);
                write.Replies.Add((work.Sender, new ReportAnswered(_user, taken is not null)));
                return true;
            default:
                Log.Warning("{User} does not understand {Message}", _user, work.Command.GetType().Name);
                return true;
        }
    }

    private void Tell(UserWrite write, Guard.Messages.Observations.Observation next)
    {
        if (UserPatterns.Ended(write.State, next) is { } day)
            write.Replies.Add((_context.Sites, new SiteCommands.NoteDay(_site, next.At, day)));
    }

    private bool MustAsk(UserState state, Guard.Messages.Observations.Observation observation, out ImmutableArray<SliceAmount> needs)
    {
        needs = _needsAnswered ? [] : UserDecider.SiteNeeds(state, observation, _terms!);
        if (needs.IsEmpty)
        {
            _needsAnswered = false;
            return false;
        }
        return true;
    }

    private void Administer(UserWork work, UserWrite write, (ImmutableArray<UserEvent> Events, string Said) outcome)
    {
        write.Record(outcome.Events);
        write.Replies.Add((work.Sender, new Done(_user, outcome.Said)));
    }

    private void Administer(UserWork work, UserWrite write, ImmutableArray<UserEvent> events, string done)
    {
        write.Record(events);
        write.Replies.Add((work.Sender, new Done(_user, events.IsEmpty ? "nothing to do" : done)));
    }

    private Decision Answer(string requestId, UserVerdict verdict, UserState state) => new(
        _user, requestId,
        _terms!.Policy.Source.Mode == GuardMode.Enforce ? verdict.WouldBe : Verdict.Allow,
        verdict.WouldBe, state.Reaction.Rung, state.Reaction.UntilTime, verdict.Score, verdict.Reasons);

    private void Commit(UserWrite write, ImmutableArray<SliceAmount> needs, DateTimeOffset needsAt)
    {
        if (write.Events.Count == 0)
        {
            Finish(write, needs, needsAt);
            return;
        }
        _writing = true;
        // Known to its waker before it is so: else a crash just after this write would leave nobody who wakes it.
        if (UserAwake.DueOf(write.State) is { } due && Awake.MustWait(due, LastSequenceNr + 1, () => Persist(write, needs, needsAt)))
        {
            WatchNote();
            return;
        }
        Persist(write, needs, needsAt);
    }

    private void Persist(UserWrite write, ImmutableArray<SliceAmount> needs, DateTimeOffset needsAt)
    {
        var started = Stopwatch.GetTimestamp();
        PersistAsync(new UserEventBatch(_user, write.Events.ToImmutable()), batch =>
        {
            _writing = false;
            State = write.State;
            _context.Observer.Journaled(_site, batch, State, Stopwatch.GetElapsedTime(started));
            _sinceSnapshot += Weight(batch);
            Finish(write, needs, needsAt);
            if (_sinceSnapshot >= _context.Options.SnapshotEvery)
                Snapshot();
            WatchExpiry();
            WatchAwake();
            Proceed();
            StopWhenIdle();
        });
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

    private void Finish(UserWrite write, ImmutableArray<SliceAmount> needs, DateTimeOffset needsAt)
    {
        foreach (var (to, reply) in write.Replies)
            to.Tell(reply);
        SendOwed();
        if (!needs.IsEmpty)
            Ask(needs, needsAt);
    }

    private void NoteSite(Effect effect) => _context.Sites.Tell(new SiteCommands.NoteReaction(_site, _user, effect.Id, effect.At, effect.To));

    private void SendOwed()
    {
        if (_terms is null)
            return;
        foreach (var effect in State.Owed)
        {
            if (!(_sent ??= []).Add(effect.Id))
                continue;
            // The end of what was more than a report is told to people first, then to the site: one effect, so that the numbers of journaled ones stay as they are.
            if (effect is { Kind: EffectKind.NoteSite, IsEnd: true })
                _context.Effects.Report.Tell(effect with { Kind = EffectKind.Report, Mode = EffectMode.Of(EffectKind.Report, _terms.Policy.Source) });
            else if (effect.Kind == EffectKind.NoteSite)
                NoteSite(effect);
            else
                _context.Effects.For(effect.Kind).Tell(effect with { Mode = EffectMode.Of(effect.Kind, _terms.Policy.Source) });
        }
        if (State.Owed.IsEmpty)
        {
            _sent = null;
            Timers.Cancel(nameof(OwedCheck));
        }
        else if (!Timers.IsTimerActive(nameof(OwedCheck)))
        {
            Timers.StartPeriodicTimer(nameof(OwedCheck), OwedCheck.Instance, ResendEffects);
        }
    }

    private void WatchExpiry()
    {
        if (State.Reaction.Rung == Rung.Normal)
            Timers.Cancel(nameof(ExpiryCheck));
        else if (!Timers.IsTimerActive(nameof(ExpiryCheck)))
            Timers.StartPeriodicTimer(nameof(ExpiryCheck), ExpiryCheck.Instance, CheckExpiry);
    }

    /// <summary>What reading a row again costs: its events, and itself as one more.</summary>
    private static int Weight(UserEventBatch batch) => batch.Events.Length + 1;

    private void Snapshot()
    {
        _sinceSnapshot = 0;
        SaveSnapshot(State);
    }

    private void Status()
    {
        var book = _context.Policies.Current.For(_site);
        Sender.Tell(UserDescription.Of(State, _site, book.For(_user), _terms?.SiteRung ?? Rung.Normal, _context.Clock.Now, _terms?.SitePlanned ?? []));
    }

    /// <summary>First it rests, then it leaves.</summary>
    private void Quiet()
    {
        if (_isQuiet || RestAfter == _context.Options.PassivateAfter)
        {
            Leave();
            return;
        }
        if (_writing || _waiting is { Count: > 0 } || State.Reaction.Rung != Rung.Normal || !State.Owed.IsEmpty)
            return;
        _isQuiet = true;
        _rests++;
        Remind();
        Context.SetReceiveTimeout(null);
        _resting.Rest(Context.System);
        _waiting = null;
    }

    /// <summary>Once at a time: an account that is spoken to again and again would have many to come otherwise.</summary>
    private void Remind()
    {
        if (_isReminded)
            return;
        _isReminded = true;
        _context.Reminders.Tell(new AccountReminders.Rests(_rests));
    }

    private void Leave()
    {
        // It is tried again if it does not come to that.
        Context.SetReceiveTimeout(RestAfter);
        // A rung must end on time, so that its holder stays awake; everything else may sleep.
        if (_writing || _waiting is { Count: > 0 } || State.Reaction.Rung != Rung.Normal || !State.Owed.IsEmpty)
            return;
        if (State.Slice.LeaseId.Length > 0)
        {
            Wait(new LeaseRecalled(_site, _user, State.Slice.LeaseId));
            return;
        }
        if (_sinceSnapshot >= _context.Options.WorthSnapshotOnLeave)
            Snapshot();
        Context.Parent.Tell(new Passivate(LeaveNow.Instance));
    }

    private void StopWhenIdle()
    {
        // What waits for the waker was answered to nobody yet; the source tells it again.
        if (_leaving && ((!_writing && _waiting is not { Count: > 0 }) || _awake?.IsWaiting == true))
            Context.Stop(Self);
    }

    protected override void PreStart()
    {
        _context.Observer.Awake(EntityKind.User);
        base.PreStart();
    }

    protected override void PostStop()
    {
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

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed record TimeIsUp(UserId User) : IWithUserId, INoSerializationVerificationNeeded;

    private sealed class NoteTimeout : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly NoteTimeout Instance = new();
    }

    private sealed class ExpiryCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly ExpiryCheck Instance = new();
    }

    private sealed class OwedCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly OwedCheck Instance = new();
    }

    /// <summary>The explicit stop message: a persistent actor must not be stopped by a poison pill.</summary>
    public sealed class LeaveNow : INoSerializationVerificationNeeded
    {
        public static readonly LeaveNow Instance = new();
    }
}
