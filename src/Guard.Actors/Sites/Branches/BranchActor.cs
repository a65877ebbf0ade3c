using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Entities;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites.Branches;

/// <summary>
/// One branch of a site: takes lots of the shared quotas from the site and hands out slices of them to its accounts. It calls nobody back by itself and refuses
/// nothing by itself: the site knows all branches, and does both.
/// </summary>
public sealed class BranchActor : LeasingEntity
{
    /// <summary>Shorter than the site waits for a lot.</summary>
    private static readonly TimeSpan RecallTimeout = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(5);

    private static long _incarnations;

    private readonly BranchId _branch;
    private readonly long _incarnation = Interlocked.Increment(ref _incarnations);

    // In the order in which they came; an account waits for one thing at a time.
    private readonly OrderedDictionary<UserId, (SiteCommands.RequestLease Request, IActorRef Sender)> _waiting = [];

    // Those of them that were not decided yet.
    private readonly HashSet<UserId> _arrived = [];

    // What waited when the site was asked: its refusal is theirs too.
    private readonly HashSet<string> _askedFor = [];

    // Who still has slices of a lot that the site has called back.
    private readonly Dictionary<long, HashSet<UserId>> _called = [];

    // What the site has not confirmed.
    private readonly HashSet<long> _told = [];
    private SiteCommands.RequestLease? _asked;
    private long _requests;
    private BranchState _state;
    private SiteTerms? _terms;
    private DateTimeOffset _termsAt;

    public BranchActor(BranchId branch, SiteActorContext context)
        : base(branch.Site, $"branch-{branch}", context)
    {
        _branch = branch;
        _state = new BranchState(branch);
    }

    protected override object Stored => _state;

    protected override int Slices => _state.Held.Count;

    protected override bool IsDecisionDue => _arrived.Count > 0;

    private protected override SiteTerms? Terms => _terms;

    private IActorRef Root => Shared.Sites();

    public static Props Props(BranchId branch, SiteActorContext context) => Akka.Actor.Props.Create(() => new BranchActor(branch, context));

    protected override bool Restore(object stored)
    {
        if (stored is not BranchState state)
            return false;
        _state = state;
        return true;
    }

    protected override bool Replay(object change)
    {
        if (change is not BranchEvent happened)
            return false;
        _state = BranchEvolution.Apply(_state, happened);
        return true;
    }

    /// <summary>What was to be told before it died may not have been.</summary>
    protected override void Recovered() => TellReturned(_ => true);

    protected override void Forget() => _state = new BranchState(_branch);

    protected override void Serve(object message)
    {
        if (BranchDecider.CheckTime(_state, Shared.Clock.Latest) is { } back)
        {
            Log.Warning("{Branch}: its time had run ahead; it goes on at {Now}", _branch, back.At);
            // Everything waits until it is journaled; this message is decided behind it.
            Record([back], () => Serve(message));
            return;
        }
        switch (message)
        {
            case SiteCommands.RequestLease request:
                Request(request);
                break;
            case SiteCommands.ReturnLease returned:
                Record(BranchDecider.Return(_state, returned.User, returned.LeaseId, returned.Left), () => GaveBack(returned.User));
                break;
            case DecideAll:
                UserId[] arrived = [.. _arrived];
                _arrived.Clear();
                if (_terms is null)
                    Ask();
                else
                    Drain([], [], arrived);
                break;
            case LeaseGranted granted when LotId.TryParse(granted.User, out var lot):
                Granted(lot, granted);
                break;
            case LeaseChanged changed:
                Learn(changed);
                break;
            case LeaseRecalled recalled when LotId.TryParse(recalled.User, out var lot):
                CallBack(lot, recalled);
                break;
            case RecallOver over when _called.ContainsKey(over.Lot):
                Log.Warning("{Branch}: {Count} accounts did not give back their slices in time; going on without", _branch, _called[over.Lot].Count);
                CalledBack(over.Lot);
                break;
            case RecallOver:
                break;
            case LotReturnNoted noted when LotId.TryParse(noted.Lot, out var lot):
                Noted(lot, noted);
                break;
            case PolicyReloaded reloaded:
                if (Reload(reloaded.Book))
                    Push();
                break;
            case AskLate:
                if (_asked is not null)
                    Send(_asked);
                break;
            case TellLate:
                TellReturned(lot => _told.Contains(lot.Number));
                break;
            case ReceiveTimeout:
                if (_waiting.Count == 0 && _asked is null && _called.Count == 0 && _told.Count == 0)
                    Leave();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Of a branch whose stored state cannot be read: the site itself answers, which has counted as used all that it ever granted the branch.</summary>
    protected override void ServeUnread(object message)
    {
        if (message is SiteCommands.RequestLease request)
            Root.Forward(request with { Branch = 0 });
    }

    private void Request(SiteCommands.RequestLease request)
    {
        Hold(request.User);
        PassReturn(request);
        Refresh();
        _waiting[request.User] = (request, Sender);
        if (_arrived.Count == 0)
            Self.Tell(DecideAll.Instance);
        _arrived.Add(request.User);
    }

    /// <summary>What an account returns of a slice that is not from here goes to where it is from.</summary>
    private void PassReturn(SiteCommands.RequestLease request)
    {
        if (request.ReturnsLeaseId.Length == 0)
            return;
        var isBranch = BranchId.TryParse(Site, request.ReturnsLeaseId, out var owner);
        if (isBranch && owner == _branch)
            return;
        var returned = new SiteCommands.ReturnLease(Site, request.User, request.ReturnsLeaseId, request.Returns, false);
        if (isBranch)
            Shared.Branches().Tell(returned with { Branch = owner.Number });
        else
            Root.Tell(returned);
    }

    private void PassOn(SiteCommands.RequestLease request, IActorRef sender) =>
        Root.Tell(request with { Branch = 0, ReturnsLeaseId = "", Returns = [] }, sender);

    /// <summary>For the first that waits; what the site adds to it serves the others.</summary>
    private void Ask()
    {
        if (_asked is not null || _waiting.Count == 0)
            return;
        var first = _waiting.GetAt(0).Value.Request;
        var needs = first.Counted;
        var lot = needs.IsEmpty || _terms is null ? 0 : _state.LastLot + 1;
        _askedFor.Clear();
        _askedFor.UnionWith(_waiting.Values.Select(waiting => waiting.Request.RequestId));
        _asked = new SiteCommands.RequestLease(
            Site,
            new LotId(_branch, lot).Holder,
            string.Create(CultureInfo.InvariantCulture, $"{Self.Path.Uid}-{_incarnation}-{++_requests}"),
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(_state.LastSeen, first.At.ToUnixTimeMilliseconds())),
            lot == 0 ? [] : needs,
            "",
            []
        );
        Send(_asked);
    }

    private void Send(SiteCommands.RequestLease asked)
    {
        Root.Tell(asked);
        Timers.StartSingleTimer(nameof(AskLate), AskLate.Instance, AskAgain);
    }

    /// <summary>Only to hear of changes whose push was lost; nothing waits for it.</summary>
    private void Refresh()
    {
        if (_terms is null || Shared.Clock.Now - _termsAt <= RefreshAfter)
            return;
        _termsAt = Shared.Clock.Now;
        Root.Tell(new SiteCommands.RequestLease(Site, _branch.Holder, "", DateTimeOffset.FromUnixTimeMilliseconds(_state.LastSeen), [], "", []));
    }

    private void Granted(LotId lot, LeaseGranted granted)
    {
        Learn(granted);
        var taken = lot.Number == 0 ? [] : BranchDecider.Take(_state, lot, granted);
        var isUnknown = taken.IsEmpty && !granted.Granted.IsEmpty && _state.Find(lot.Number)?.LeaseId != granted.LeaseId;
        // A question that came twice was answered twice: what is not taken goes back whole.
        if (isUnknown)
            Return(granted.User, granted.LeaseId);
        if (_asked is not { } asked || (granted.RequestId != asked.RequestId && (taken.IsEmpty || granted.User != asked.User)))
        {
            if (!taken.IsEmpty)
                Drain(taken, [], [.. _waiting.Keys]);
            return;
        }
        StopAsking();
        Drain(taken, granted.Granted.IsEmpty ? asked.Needs : [], [.. _waiting.Keys]);
    }

    private void StopAsking()
    {
        _asked = null;
        Timers.Cancel(nameof(AskLate));
    }

    private void Return(UserId lot, string leaseId) => Root.Tell(new SiteCommands.ReturnLot(Site, lot, leaseId, [], true));

    /// <summary>Those who wait are decided anew, in one write with what has come.</summary>
    private void Drain(ImmutableArray<BranchEvent> events, ImmutableArray<SliceAmount> refused, UserId[] whom)
    {
        var all = events.ToBuilder();
        var state = events.Aggregate(_state, BranchEvolution.Apply);
        var answered = new List<(SiteCommands.RequestLease Request, IActorRef Sender, HeldSlice? Granted)>();
        foreach (var user in whom)
        {
            if (!_waiting.TryGetValue(user, out var waiting))
                continue;
            var (request, sender) = waiting;
            var outcome = BranchDecider.Request(state, request, _called.Keys);
            foreach (var change in outcome.Events)
            {
                all.Add(change);
                state = BranchEvolution.Apply(state, change);
            }
            if (outcome.Course == BranchCourse.Answer || outcome.Course == BranchCourse.PassOn)
                answered.Add((request, sender, outcome.Granted));
            else if (!refused.IsEmpty && _askedFor.Contains(request.RequestId) && BranchDecider.IsRefused(request, refused))
                answered.Add((request, sender, BranchDecider.Nothing(request)));
            else
                continue;
            _waiting.Remove(request.User);
        }
        Record(
            all.ToImmutable(),
            () =>
            {
                foreach (var user in whom)
                    GaveBack(user);
                foreach (var (request, sender, granted) in answered)
                {
                    if (granted is null)
                        PassOn(request, sender);
                    else
                        sender.Tell(Answer(request, granted));
                }
                Ask();
            }
        );
    }

    private void Learn(ISiteTerms told)
    {
        var before = _terms;
        _terms = new SiteTerms(told.SiteRung, told.SiteUntil, told.SiteSince, told.Prior, told.SitePlanned);
        _termsAt = Shared.Clock.Now;
        if (
            before is not null
            && (before.Rung, before.Until, before.Since) == (_terms.Rung, _terms.Until, _terms.Since)
            && before.Planned.SequenceEqual(_terms.Planned)
        )
            return;
        if (before is not null)
            Push();
    }

    private void CallBack(LotId lot, LeaseRecalled recalled)
    {
        if (_state.Find(lot.Number) is not { } found || found.LeaseId != recalled.LeaseId)
        {
            // What was closed the site knows of; what has not come is not taken any more, so that it goes back whole.
            Record(
                BranchDecider.Decline(_state, lot),
                () =>
                {
                    Return(recalled.User, recalled.LeaseId);
                    if (_asked?.User != recalled.User)
                        return;
                    StopAsking();
                    Ask();
                }
            );
            return;
        }
        if (_called.ContainsKey(lot.Number))
            return;
        var holders = BranchDecider.Holders(_state, found.Number);
        if (holders.IsEmpty)
        {
            CalledBack(found.Number);
            return;
        }
        _called.Add(found.Number, [.. holders]);
        foreach (var user in holders)
            Shared.Users().Tell(new LeaseRecalled(Site, user, _state.Held[user].LeaseId));
        Timers.StartSingleTimer((nameof(RecallOver), found.Number), new RecallOver(found.Number), RecallTimeout);
    }

    private void GaveBack(UserId user)
    {
        foreach (var (lot, holders) in _called.Where(called => called.Value.Contains(user)).ToArray())
        {
            // It may hold another slice by now.
            if (_state.Held.TryGetValue(user, out var held) && held.Lot == lot)
                continue;
            holders.Remove(user);
            if (holders.Count == 0)
                CalledBack(lot);
        }
    }

    private void CalledBack(long lot)
    {
        _called.Remove(lot);
        Timers.Cancel((nameof(RecallOver), lot));
        _told.Add(lot);
        Record(BranchDecider.Close(_state, lot), () => TellReturned(one => one.Number == lot));
    }

    private void Noted(LotId lot, LotReturnNoted noted)
    {
        if (_state.Find(lot.Number) is not { } found || found.IsOver != noted.IsOver || !found.Kept.SequenceEqual(noted.Kept))
            return;
        _told.Remove(lot.Number);
        Record(BranchDecider.Noted(_state, lot.Number), () => { });
    }

    private void Record(ImmutableArray<BranchEvent> events, Action then)
    {
        if (events.IsEmpty)
        {
            then();
            return;
        }
        var before = _state;
        var after = events.Aggregate(_state, BranchEvolution.Apply);
        // Lots whose time is over go with what is written anyway, but for those that are called back just now.
        events = events.AddRange(BranchDecider.CloseOld(after).RemoveAll(change => change is LotReturned old && _called.ContainsKey(old.Lot)));
        Record(
            events,
            change => _state = BranchEvolution.Apply(_state, change),
            () =>
            {
                Shared.Observer.LeasesOut(Site, _state.Held.Count);
                TellReturned(lot => lot != before.Find(lot.Number));
                then();
            }
        );
    }

    /// <summary>The site hears what is kept of lots that are closing, until it says that it knows.</summary>
    private void TellReturned(Func<Lot, bool> which)
    {
        foreach (var lot in _state.Lots)
        {
            if (!lot.IsClosing || !which(lot))
                continue;
            _told.Add(lot.Number);
            // While its accounts are asked, the site waits for what comes of that.
            if (_called.ContainsKey(lot.Number))
                continue;
            Root.Tell(new SiteCommands.ReturnLot(Site, new LotId(_branch, lot.Number).Holder, lot.LeaseId, lot.Kept, lot.IsOver));
        }
        _told.RemoveWhere(number => _state.Find(number) is null);
        if (_told.Count > 0 && !Timers.IsTimerActive(nameof(TellLate)))
            Timers.StartSingleTimer(nameof(TellLate), TellLate.Instance, TellAgain);
    }

    private sealed record RecallOver(long Lot) : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;

    private sealed class AskLate : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly AskLate Instance = new();
    }

    private sealed class TellLate : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly TellLate Instance = new();
    }
}
