using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Waking;

namespace Guard.Actors.Sites;

/// <summary>One site: hands out leases, keeps the escrow of its shared quotas, and has its own reaction.</summary>
public sealed class SiteActor : UntypedPersistentActor, IWithTimers
{
    private static readonly TimeSpan RecallTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NoteDaysAfter = TimeSpan.FromSeconds(5);
    private const int MaxDays = 256;
    private static readonly TimeSpan CheckExpiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResendReports = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TryUnreadAgain = TimeSpan.FromMinutes(5);

    private readonly SiteId _site;
    private readonly SiteActorContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<UserId> _holders = [];
    private readonly Queue<(SiteCommands.RequestLease Request, IActorRef Sender)> _behindRecall = new();
    private readonly HashSet<UserId> _recalled = [];
    private readonly HashSet<long> _sent = [];
    private readonly StayingAwake _awake;

    // Null for every site but the host.
    private readonly HostFollowers? _followers;
    private SiteState _state;
    private SitePolicies _policies;
    private EffectivePolicy _policy;
    private readonly List<DayPattern> _days = [];
    private bool _isUnreadable;
    private int _rowsSinceSnapshot;
    private SnapshotCleaning _cleaning;

    public SiteActor(SiteId site, SiteActorContext context)
    {
        _site = site;
        _context = context;
        _state = new SiteState(site);
        _followers = site == SiteId.Host ? new HostFollowers(TimeProvider.System) : null;
        _policies = context.Policies.Current.For(site);
        _policy = PolicyCompiler.Compile(_policies.Policy);
        PersistenceId = $"site-{site.Value}";
        (JournalPluginId, SnapshotPluginId) = JournalParts.Of(Context.System).PluginsOf(PersistenceId);
        _awake = new StayingAwake(WakeKey.Of(site), context.Wakers, Self);
        Context.SetReceiveTimeout(context.Options.PassivateAfter * 10);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SiteId site, SiteActorContext context) => Akka.Actor.Props.Create(() => new SiteActor(site, context));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(PolicyReloaded));
        _context.Observer.Awake(EntityKind.Site);
        base.PreStart();
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _context.Observer.Asleep(EntityKind.Site);
        _context.Observer.LeasesOut(_site, 0);
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case UnreadableState:
            case SnapshotOffer { Snapshot: UnreadableState }:
                _isUnreadable = true;
                break;
            case not RecoveryCompleted when _isUnreadable:
                break;
            case RecoveryCompleted when _isUnreadable:
                _state = new SiteState(_site);
                Timers.StartSingleTimer(nameof(TryUnreadAgain), ReceiveTimeout.Instance, TryUnreadAgain);
                break;
            case SnapshotOffer { Snapshot: SiteState state }:
                _state = state;
                break;
            case SiteEvent change:
                _state = SiteEvolution.Apply(_state, change);
                _rowsSinceSnapshot++;
                break;
            case RecoveryCompleted:
                WatchExpiry();
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
        if (_cleaning.Took(message, this, _log, _context.Options.KeepEvents))
            return;
        if (SiteTime.Check(_state, _context.Clock.Latest) is { } back)
        {
            _log.Warning(
                "{Site}: its time had run ahead to {Was}; it goes on at {Now}",
                _site,
                DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen),
                back.At
            );
            // Everything waits until it is journaled; this message is decided behind it.
            Record([back], () => OnCommand(message));
            return;
        }
        switch (message)
        {
            case SiteCommands.RequestLease follows when _followers is not null:
                Follow(follows);
                break;
            case SiteCommands.RequestLease request:
                _holders.Add(request.User);
                if (_recalled.Count > 0 && !request.Counted.IsEmpty)
                    Queue(request);
                else
                    Lease(request, Sender, true);
                break;
            case SiteCommands.ReturnLease returned:
                Record(SiteDecider.Return(_state, returned), () => Returned(returned));
                break;
            case RecallOver:
                _log.Warning("{Site}: {Count} users did not give back their slices in time; deciding without", _site, _recalled.Count);
                _recalled.Clear();
                AfterRecall();
                break;
            case SiteCommands.NoteReaction note:
                Note(note);
                break;
            case SiteCommands.NoteDay note:
                _days.Add(note.Pattern);
                if (_days.Count >= MaxDays)
                    NoteDays(note.At);
                else if (!Timers.IsTimerActive(nameof(DaysDue)))
                    Timers.StartSingleTimer(nameof(DaysDue), new DaysDue(note.At), NoteDaysAfter);
                break;
            case DaysDue due:
                NoteDays(due.At);
                break;
            case SiteCommands.Release release:
                var admin = Sender;
                Record(SiteDecider.Release(_state, release.At, release.By), () => admin.Tell(Status()));
                break;
            case SiteCommands.PlanException when _followers is not null:
                Sender.Tell(new SiteDone(_site, "what is unusual is announced for a site or for an account", true));
                break;
            case SiteCommands.PlanException plan:
                Administer(SiteDecider.Plan(_state, plan.At, plan.Planned, plan.By));
                break;
            case SiteCommands.WithdrawException withdraw:
                Administer(SiteDecider.Withdraw(_state, withdraw.At, withdraw.Exception, withdraw.By));
                break;
            case SiteCommands.GetStatus:
                Sender.Tell(Status());
                break;
            case PolicyReloaded reloaded:
                Reload(reloaded.Book);
                break;
            case EffectDone done:
                if (_state.Owed.Any(effect => effect.Id == done.Id))
                    Record(
                        [new UserReactionNoted(_site, DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen), done.User, done.Id, Rung.Normal)],
                        () => { }
                    );
                break;
            case OwedCheck:
                _sent.Clear();
                SendOwed();
                break;
            case WakeSite:
                _awake.Answer(Due, LastSequenceNr);
                break;
            case AwakeNoted noted:
                _awake.Noted(noted);
                break;
            case ExpiryCheck:
                _awake.Ask();
                Record([.. SiteDecider.Expire(_state, _context.Clock.Now.ToUnixTimeMilliseconds(), _policy.Source.Reactions)], () => { });
                break;
            case ReceiveTimeout:
                if (Due is null && _recalled.Count == 0)
                    Context.Parent.Tell(new Passivate(StopEntity.Instance));
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>
    /// Of a site whose stored state cannot be read: its accounts go on under their policies, and shared quotas stop nobody meanwhile. Nothing is written, so
    /// that whoever can read it finds it as it was.
    /// </summary>
    private void ServeUnread(object message)
    {
        switch (message)
        {
            case SiteCommands.RequestLease request:
                _holders.Add(request.User);
                Sender.Tell(
                    Answer(
                        request,
                        new HeldSlice(
                            $"unread-{request.RequestId}",
                            request.RequestId,
                            request.At.ToUnixTimeSeconds(),
                            request.At.Add(TryUnreadAgain).ToUnixTimeMilliseconds(),
                            request.Needs
                        )
                    )
                );
                break;
            case SiteCommands.GetStatus or SiteCommands.Release:
                Sender.Tell(Status());
                break;
            case SiteCommands.PlanException or SiteCommands.WithdrawException:
                Sender.Tell(new SiteDone(_site, "what is stored of this site cannot be read; the guard's log and /health/ready say why", true));
                break;
            case PolicyReloaded reloaded:
                Reload(reloaded.Book);
                break;
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(StopEntity.Instance));
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
        }
    }

    /// <summary>
    /// A holder that asks for more while others are recalled brings its rest with its request: it cannot answer the recall, since it waits for us.
    /// </summary>
    private void Queue(SiteCommands.RequestLease request)
    {
        _behindRecall.Enqueue((request, Sender));
        var rest = new SiteCommands.ReturnLease(_site, request.User, request.ReturnsLeaseId, request.Returns, false);
        Record(SiteDecider.Return(_state, rest), () => Returned(rest));
    }

    private void Lease(SiteCommands.RequestLease request, IActorRef sender, bool mayRecall)
    {
        var outcome = SiteDecider.Request(_state, request, _policy, spare: true, mayRecall);
        if (outcome.Granted is { } granted)
        {
            Record(outcome.Events, () => sender.Tell(Answer(request, granted)));
            return;
        }
        // The asker goes first when everybody has answered.
        var rest = _behindRecall.ToArray();
        _behindRecall.Clear();
        _behindRecall.Enqueue((request, sender));
        foreach (var waiting in rest)
            _behindRecall.Enqueue(waiting);
        foreach (var user in outcome.Recall)
        {
            _recalled.Add(user);
            _context.Users().Tell(new LeaseRecalled(_site, user, _state.Held[user].LeaseId));
        }
        _context.Observer.LeasesRecalled(_site, outcome.Recall.Length);
        Timers.StartSingleTimer(nameof(RecallOver), RecallOver.Instance, RecallTimeout);
    }

    private void Returned(SiteCommands.ReturnLease returned)
    {
        if (returned.Leaving)
            _holders.Remove(returned.User);
        if (_recalled.Remove(returned.User) && _recalled.Count == 0)
            AfterRecall();
    }

    private void AfterRecall()
    {
        Timers.Cancel(nameof(RecallOver));
        if (!_behindRecall.TryDequeue(out var first))
            return;
        Lease(first.Request, first.Sender, mayRecall: false);
        // The others are taken up as if they came now: what is left may do for them, or they recall in turn.
        while (_behindRecall.TryDequeue(out var next))
            Self.Tell(next.Request, next.Sender);
    }

    private void Note(SiteCommands.NoteReaction note)
    {
        // A word of a site's to the host is not acknowledged: one that is lost is one site's of many.
        if (_followers is not null)
        {
            Record(HostDecider.Note(_state, note, _policy), static () => { });
            return;
        }
        var sender = Sender;
        var noted = SiteDecider.Note(_state, note, _policy);
        Record(
            noted,
            () =>
            {
                sender.Tell(new ReactionNoted(_site, note.User, note.Effect));
                if (!noted.IsEmpty && HostDecider.Word(_site, note, LastSequenceNr) is { } word)
                    _context.Sites?.Invoke().Tell(word);
            }
        );
    }

    /// <summary>A node asks where the host stands, and hears of it from now on.</summary>
    private void Follow(SiteCommands.RequestLease request)
    {
        var sender = Sender;
        _followers!.Asked(request.User, sender);
        Record(HostDecider.Begin(_state, request.At), () => sender.Tell(Answer(request, new HeldSlice("", request.RequestId, 0, 0, []))));
    }

    /// <summary>Many users' days in one row: they come together at midnight.</summary>
    private void NoteDays(DateTimeOffset at)
    {
        if (_days.Count == 0)
            return;
        var noted = new DaysNoted(_site, at, [.. _days]);
        _days.Clear();
        Record([noted], () => { });
    }

    private LeaseGranted Answer(SiteCommands.RequestLease request, HeldSlice granted) =>
        new(
            _site,
            request.User,
            request.RequestId,
            granted.LeaseId,
            DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires),
            _context.Policies.Current.Version,
            _policies.For(request.User),
            _policies.Policy,
            _state.Reaction.Rung,
            granted.Amounts
        )
        {
            SiteUntil = _state.Reaction.Until,
            SiteSince = _state.Reaction.Since,
            Prior = _state.Patterns.Told,
            SitePlanned = _state.Planned.Items,
            Shown = request.IsQuestion ? SiteDecider.Show(_state, request, _policy) : [],
        };

    /// <summary>Active users hear of it at once, the others when they wake.</summary>
    private void Administer((ImmutableArray<SiteEvent> Events, SiteDone Said) outcome)
    {
        var admin = Sender;
        Record(
            outcome.Events,
            () =>
            {
                admin.Tell(outcome.Said);
                if (!outcome.Events.IsEmpty)
                    Push();
            }
        );
    }

    private void Record(ImmutableArray<SiteEvent> events, Action then)
    {
        if (events.IsEmpty)
        {
            // An empty write reaches Akka.Persistence.Sql as a batch without messages, which it fails on.
            then();
            return;
        }
        var rung = _state.Reaction.Rung;
        PersistAll(
            events,
            change =>
            {
                _state = SiteEvolution.Apply(_state, change);
                _rowsSinceSnapshot++;
                _context.Observer.Journaled(change);
            },
            () =>
            {
                _context.Observer.LeasesOut(_site, _state.Held.Count);
                // Whoever raised it owes its word until it is answered, and wakes the site after a crash; from then on the waker must know, for the report and for
                // the end.
                if (_state.Reaction.Rung <= rung || Due is not { } due || _awake.IsWaiting || !_awake.MustWait(due, LastSequenceNr, then))
                    then();
                if (_state.Reaction.Rung != rung)
                {
                    _log.Warning("Site {Site} is now {Rung}", _site, _state.Reaction.Rung);
                    Push();
                }
                WatchExpiry();
                SendOwed();
                if (_rowsSinceSnapshot >= _context.Options.SnapshotEvery)
                {
                    _rowsSinceSnapshot = 0;
                    SaveSnapshot(_state);
                }
            }
        );
    }

    private void Reload(PolicyBook book)
    {
        var before = _policies;
        _policies = book.For(_site);
        // What did not change is the same object: then nobody needs to hear of it.
        if (ReferenceEquals(before.Policy, _policies.Policy) && ReferenceEquals(before.Users, _policies.Users))
            return;
        _policy = PolicyCompiler.Compile(_policies.Policy);
        Push();
    }

    private void Push()
    {
        foreach (var user in _holders)
            _context.Users().Tell(Changed(user));
        _followers?.Tell(Changed);
    }

    private LeaseChanged Changed(UserId user) =>
        new(_site, user, _context.Policies.Current.Version, _policies.For(user), _policies.Policy, _state.Reaction.Rung)
        {
            SiteUntil = _state.Reaction.Until,
            SiteSince = _state.Reaction.Since,
            Prior = _state.Patterns.Told,
            SitePlanned = _state.Planned.Items,
        };

    private void WatchExpiry()
    {
        if (Due is null)
            Timers.Cancel(nameof(ExpiryCheck));
        else if (!Timers.IsTimerActive(nameof(ExpiryCheck)))
            Timers.StartPeriodicTimer(nameof(ExpiryCheck), ExpiryCheck.Instance, CheckExpiry);
        // Told after it is so, unlike a user: who raised it is answered only when the waker knows.
        _awake.Tell(Due, LastSequenceNr);
    }

    /// <summary>From when it has to be awake: at once while it owes reports, at the end of its rung; null when it may sleep.</summary>
    private DateTimeOffset? Due =>
        !_state.Owed.IsEmpty ? DateTimeOffset.FromUnixTimeMilliseconds(_state.Owed[0].At.ToUnixTimeMilliseconds())
        : _state.Reaction.Rung == Rung.Normal ? null
        : _state.Reaction.UntilTime;

    private void SendOwed()
    {
        foreach (var effect in _state.Owed)
        {
            if (_sent.Add(effect.Id))
                _context.Reports.Tell(effect with { Mode = _policies.Policy.Mode });
        }
        if (_state.Owed.IsEmpty)
        {
            _sent.Clear();
            Timers.Cancel(nameof(OwedCheck));
        }
        else if (!Timers.IsTimerActive(nameof(OwedCheck)))
        {
            Timers.StartPeriodicTimer(nameof(OwedCheck), OwedCheck.Instance, ResendReports);
        }
    }

    private SiteStatus Status()
    {
        return new SiteStatus(
            _site,
            _state.Reaction.Rung,
            _state.Reaction.UntilTime,
            [.. _policy.SiteQuotas.Select(quota => new QuotaItem(quota.Describe(quota.Quota.Limit), _state.Used(quota, _state.LastSeen), quota.Quota.Limit))],
            _holders.Count,
            [.. _state.Noted.Select(noted => $"{noted.User.Value.TrimStart('@')} {noted.Rung.ToString().ToLowerInvariant()}")],
            [
                .. _state.History.Select(past => new PastReaction(
                    DateTimeOffset.FromUnixTimeMilliseconds(past.At),
                    past.From,
                    past.To,
                    past.Until == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(past.Until),
                    past.Score,
                    past.Address,
                    past.Country,
                    past.Reasons
                )
                {
                    By = past.By,
                }),
            ],
            _policies.Policy.Mode
        )
        {
            Planned = [.. UserDescription.Planned(_state.Planned.Items, _context.Clock.Now, true)],
        };
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _context.Observer.JournalFailed(EntityKind.Site);
        _context.Trouble.Tell(_log, _site, cause);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _context.Trouble.Tell(_log, _site, reason);

    private sealed record DaysDue(DateTimeOffset At) : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;

    private sealed class RecallOver : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly RecallOver Instance = new();
    }

    private sealed class OwedCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly OwedCheck Instance = new();
    }

    private sealed class ExpiryCheck : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly ExpiryCheck Instance = new();
    }
}
