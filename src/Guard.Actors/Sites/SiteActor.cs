using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
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
public sealed class SiteActor : LeasingEntity
{
    private static readonly TimeSpan RecallTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecallAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoteDaysAfter = TimeSpan.FromSeconds(5);
    private const int MaxDays = 256;

    /// <summary>So many are decided in one write.</summary>
    private const int MaxTogether = 256;
    private static readonly TimeSpan CheckExpiry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResendReports = TimeSpan.FromSeconds(30);

    private readonly List<(SiteCommands.RequestLease Request, IActorRef Sender)> _asking = [];
    private readonly Queue<(SiteCommands.RequestLease Request, IActorRef Sender)> _behindRecall = new();
    private readonly Dictionary<UserId, string> _recalled = [];

    // What was called back and is still out is not called back again at once: each refused request would cost a round.
    private readonly HashSet<string> _calledBack = [];
    private readonly List<string> _calling = [];
    private DateTimeOffset _calledBackAt;
    private readonly HashSet<long> _sent = [];
    private readonly StayingAwake _awake;

    // Null for every site but the host.
    private readonly HostFollowers? _followers;
    private SiteState _state;
    private EffectivePolicy _policy;
    private readonly List<DayPattern> _days = [];

    public SiteActor(SiteId site, SiteActorContext context)
        : base(site, $"site-{site.Value}", context)
    {
        _state = new SiteState(site);
        _followers = site == SiteId.Host ? new HostFollowers(TimeProvider.System) : null;
        _policy = PolicyCompiler.Compile(Policies.Policy);
        _awake = new StayingAwake(WakeKey.Of(site), context.Wakers, Self);
    }

    protected override object Stored => _state;

    protected override int Slices => _state.Held.Count;

    protected override bool IsDecisionDue => _asking.Count > 0;

    private protected override SiteTerms Terms =>
        new(_state.Reaction.Rung, _state.Reaction.Until, _state.Reaction.Since, _state.Patterns.Told, _state.Planned.Items);

    public static Props Props(SiteId site, SiteActorContext context) => Akka.Actor.Props.Create(() => new SiteActor(site, context));

    protected override void PreStart()
    {
        Shared.Observer.Awake(EntityKind.Site);
        base.PreStart();
    }

    protected override void PostStop()
    {
        Shared.Observer.Asleep(EntityKind.Site);
        Shared.Observer.LeasesOut(Site, 0);
        base.PostStop();
    }

    protected override bool Restore(object stored)
    {
        if (stored is not SiteState state)
            return false;
        _state = state;
        return true;
    }

    protected override bool Replay(object change)
    {
        if (change is not SiteEvent happened)
            return false;
        _state = SiteEvolution.Apply(_state, happened);
        return true;
    }

    protected override void Recovered()
    {
        WatchExpiry();
        SendOwed();
    }

    protected override void Forget() => _state = new SiteState(Site);

    protected override void Serve(object message)
    {
        if (SiteTime.Check(_state, Shared.Clock.Latest) is { } back)
        {
            Log.Warning(
                "{Site}: its time had run ahead to {Was}; it goes on at {Now}",
                Site,
                DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen),
                back.At
            );
            // Everything waits until it is journaled; this message is decided behind it.
            Record([back], () => Serve(message));
            return;
        }
        switch (message)
        {
            case SiteCommands.RequestLease follows when _followers is not null:
                Follow(follows);
                break;
            case SiteCommands.RequestLease request:
                Hold(request.User);
                if (BranchId.TryParse(Site, request.ReturnsLeaseId, out var branch))
                    Shared
                        .Branches()
                        .Tell(new SiteCommands.ReturnLease(Site, request.User, request.ReturnsLeaseId, request.Returns, false) { Branch = branch.Number });
                if (MustQueue(request))
                    Queue(request, Sender);
                else
                    Collect(request);
                break;
            case DecideAll:
                LeaseAll();
                break;
            case SiteCommands.ReturnLease returned:
                Record(SiteDecider.Return(_state, returned), () => Returned(returned));
                break;
            case SiteCommands.ReturnLot lot:
                var holder = Sender;
                Record(
                    SiteDecider.Return(_state, lot),
                    () =>
                    {
                        holder.Tell(new LotReturnNoted(Site, lot.Lot, lot.Kept, lot.IsOver));
                        GaveBack(lot.Lot, lot.LeaseId);
                    }
                );
                break;
            case RecallOver:
                Log.Warning("{Site}: {Count} users did not give back their slices in time; deciding without", Site, _recalled.Count);
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
                Sender.Tell(new SiteDone(Site, "what is unusual is announced for a site or for an account", true));
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
                Adopt(reloaded.Book);
                break;
            case EffectDone done:
                if (_state.Owed.Any(effect => effect.Id == done.Id))
                    Record([new UserReactionNoted(Site, DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen), done.User, done.Id, Rung.Normal)], () => { });
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
                Record([.. SiteDecider.Expire(_state, Shared.Clock.Now.ToUnixTimeMilliseconds(), _policy.Source.Reactions)], () => { });
                break;
            case ReceiveTimeout:
                if (Due is null && _recalled.Count == 0)
                    Leave();
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
    protected override void ServeUnread(object message)
    {
        switch (message)
        {
            case SiteCommands.RequestLease request:
                Hold(request.User);
                Sender.Tell(
                    Granted(
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
                Sender.Tell(new SiteDone(Site, "what is stored of this site cannot be read; the guard's log and /health/ready say why", true));
                break;
            case PolicyReloaded reloaded:
                Adopt(reloaded.Book);
                break;
        }
    }

    /// <summary>
    /// A holder that asks for more while others are recalled brings its rest with its request: it cannot answer the recall, since it waits for us.
    /// </summary>
    private void Queue(SiteCommands.RequestLease request, IActorRef sender)
    {
        _behindRecall.Enqueue((request, sender));
        var rest = new SiteCommands.ReturnLease(Site, request.User, request.ReturnsLeaseId, request.Returns, false);
        Record(SiteDecider.Return(_state, rest), () => NoLonger(request.User));
    }

    /// <summary>A lot that is told again is neither new nor given back.</summary>
    private bool MustQueue(SiteCommands.RequestLease request) =>
        _recalled.Count > 0 && !request.Counted.IsEmpty && !(LotId.TryParse(request.User, out _) && _state.Held.ContainsKey(request.User));

    private void Collect(SiteCommands.RequestLease request)
    {
        _asking.Add((request, Sender));
        if (_asking.Count == 1)
            Self.Tell(DecideAll.Instance);
    }

    /// <summary>Who asked, one after the other as if each were written before the next is decided; up to the first for whom others must give back.</summary>
    private void LeaseAll()
    {
        var state = _state;
        var events = ImmutableArray.CreateBuilder<SiteEvent>();
        var answers = new List<(SiteCommands.RequestLease Request, IActorRef Sender, HeldSlice Granted)>();
        (SiteCommands.RequestLease Request, IActorRef Sender)? blocked = null;
        foreach (var (request, sender) in _asking.Take(MaxTogether))
        {
            if (MustQueue(request) || Decide(state, request, mayRecall: true).Outcome is not { Granted: { } granted } outcome)
            {
                blocked = (request, sender);
                break;
            }
            events.AddRange(outcome.Events);
            state = outcome.Events.Aggregate(state, SiteEvolution.Apply);
            answers.Add((request, sender, granted));
        }
        _asking.RemoveRange(0, answers.Count + (blocked is null ? 0 : 1));
        Record(
            events.ToImmutable(),
            () =>
            {
                foreach (var (request, sender, granted) in answers)
                    sender.Tell(Granted(request, granted));
                if (blocked is { } first && MustQueue(first.Request))
                    Queue(first.Request, first.Sender);
                else if (blocked is { } next)
                    Lease(next.Request, next.Sender, true);
                if (_asking.Count > 0)
                    Self.Tell(DecideAll.Instance);
            }
        );
    }

    private (LeaseOutcome Outcome, ImmutableArray<UserId> Recall) Decide(SiteState state, SiteCommands.RequestLease request, bool mayRecall)
    {
        var outcome = SiteDecider.Request(state, request, _policy, spare: true, mayRecall);
        var recall = outcome.Granted is null ? Callable(state, outcome.Recall) : [];
        return outcome.Granted is null && recall.IsEmpty
            ? (SiteDecider.Request(state, request, _policy, spare: true, mayRecall: false), [])
            : (outcome, recall);
    }

    private void Lease(SiteCommands.RequestLease request, IActorRef sender, bool mayRecall)
    {
        var (outcome, recall) = Decide(_state, request, mayRecall);
        if (outcome.Granted is { } granted)
        {
            Record(outcome.Events, () => sender.Tell(Granted(request, granted)));
            return;
        }
        // The asker goes first when everybody has answered.
        var rest = _behindRecall.ToArray();
        _behindRecall.Clear();
        _behindRecall.Enqueue((request, sender));
        foreach (var waiting in rest)
            _behindRecall.Enqueue(waiting);
        foreach (var user in recall)
        {
            _recalled.Add(user, _state.Held[user].LeaseId);
            _calling.Add(_state.Held[user].LeaseId);
            RegionOf(user).Tell(new LeaseRecalled(Site, user, _state.Held[user].LeaseId));
        }
        Shared.Observer.LeasesRecalled(Site, recall.Length);
        Timers.StartSingleTimer(nameof(RecallOver), RecallOver.Instance, RecallTimeout);
    }

    private void Returned(SiteCommands.ReturnLease returned)
    {
        if (returned.Leaving)
            LetGo(returned.User);
        GaveBack(returned.User, returned.LeaseId);
    }

    /// <summary>An answer to an earlier recall is none to this one.</summary>
    private void GaveBack(UserId holder, string leaseId)
    {
        if (_recalled.TryGetValue(holder, out var recalled) && recalled == leaseId)
            NoLonger(holder);
    }

    private void NoLonger(UserId recalled)
    {
        if (_recalled.Remove(recalled) && _recalled.Count == 0)
            AfterRecall();
    }

    /// <summary>Of those that hold something, the ones that were not asked just now.</summary>
    private ImmutableArray<UserId> Callable(SiteState state, ImmutableArray<UserId> holders)
    {
        if ((Shared.Clock.Now - _calledBackAt).Duration() >= RecallAgain)
            _calledBack.Clear();
        return holders.RemoveAll(holder => _calledBack.Contains(state.Held[holder].LeaseId));
    }

    private void AfterRecall()
    {
        Timers.Cancel(nameof(RecallOver));
        _calledBack.UnionWith(_calling);
        _calling.Clear();
        _calledBackAt = Shared.Clock.Now;
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
                sender.Tell(new ReactionNoted(Site, note.User, note.Effect));
                if (!noted.IsEmpty && HostDecider.Word(Site, note, LastSequenceNr) is { } word)
                    Shared.Sites().Tell(word);
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
        var noted = new DaysNoted(Site, at, [.. _days]);
        _days.Clear();
        Record([noted], () => { });
    }

    private LeaseGranted Granted(SiteCommands.RequestLease request, HeldSlice granted) =>
        Answer(request, granted) with
        {
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
        var rung = _state.Reaction.Rung;
        Record(
            events,
            change =>
            {
                _state = SiteEvolution.Apply(_state, change);
                Shared.Observer.Journaled(change);
            },
            events.IsEmpty ? then : () => Recorded(rung, then)
        );
    }

    private void Recorded(Rung rung, Action then)
    {
        Shared.Observer.LeasesOut(Site, _state.Held.Count);
        // Whoever raised it owes its word until it is answered, and wakes the site after a crash; from then on the waker must know, for the report and for
        // the end.
        if (_state.Reaction.Rung <= rung || Due is not { } due || _awake.IsWaiting || !_awake.MustWait(due, LastSequenceNr, then))
            then();
        if (_state.Reaction.Rung != rung)
        {
            Log.Warning("Site {Site} is now {Rung}", Site, _state.Reaction.Rung);
            Push();
        }
        WatchExpiry();
        SendOwed();
    }

    private void Adopt(PolicyBook book)
    {
        if (!Reload(book))
            return;
        _policy = PolicyCompiler.Compile(Policies.Policy);
        Push();
    }

    protected override void Push()
    {
        base.Push();
        var terms = Terms;
        _followers?.Tell(node => Changed(node, terms));
    }

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
                Shared.Reports.Tell(effect with { Mode = Policies.Policy.Mode });
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
            Site,
            _state.Reaction.Rung,
            _state.Reaction.UntilTime,
            [.. _policy.SiteQuotas.Select(quota => new QuotaItem(quota.Describe(quota.Quota.Limit), _state.Used(quota, _state.LastSeen), quota.Quota.Limit))],
            Holders,
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
            Policies.Policy.Mode
        )
        {
            Planned = [.. UserDescription.Planned(_state.Planned.Items, Shared.Clock.Present, true)],
        };
    }

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
