using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement.Blocking;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement.Replication;

/// <param name="Node">This node's name.</param>
/// <param name="Ledgers">The ledgers of the cluster, wherever they live.</param>
/// <param name="Firewall">Brings this machine's firewall into line; null when it has none.</param>
/// <param name="Locks">Bring what locks accounts on this machine into line.</param>
public sealed record FollowerContext(
    string Node,
    IActorRef Ledgers,
    IActorRef? Firewall,
    ImmutableArray<IActorRef> Locks,
    IAddressCompany Company,
    TimeProvider Clock
)
{
    /// <summary>Brings the limits of addresses on this machine into line; null when its firewall cannot limit.</summary>
    public IActorRef? Limiter { get; init; }
}

/// <summary>
/// A node's copy of what is wanted in the cluster: it tells this machine's workers, exactly as a ledger of its own would. Away from the others it keeps what it
/// knows, and ends what is over; back among them it hears what has changed, or everything.
/// </summary>
public sealed class WantedFollower : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly FollowerContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private WantedEverything _wanted = WantedEverything.Nothing;
    private WantedMark _mark = new("", 0);
    private WantedMark _arriving;
    private readonly Dictionary<int, WantedWhole> _parts = [];

    public WantedFollower(FollowerContext context)
    {
        _context = context;
        Receive<Look>(_ =>
        {
            Expire();
            Follow();
        });
        Receive<WantedChanged>(Change);
        Receive<WantedWhole>(Whole);
        Receive<AskCompany>(ask =>
        {
            var (seen, home) =
                ask.PrefixLength > 0 ? _context.Company.Within(BlockScope.Of(ask.Address, ask.PrefixLength)) : _context.Company.Behind(ask.Address);
            Sender.Tell(new CompanySeen(ask.Question, seen, home) { Around = _context.Company.Around(ask.Address) });
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(FollowerContext context) => Akka.Actor.Props.Create(() => new WantedFollower(context));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, TimeSpan.Zero, Every);
        base.PreStart();
    }

    private void Follow() => _context.Ledgers.Tell(new FollowWanted(_context.Node, _mark));

    private void Change(WantedChanged changed)
    {
        if (changed.Mark.Epoch != _mark.Epoch || changed.Mark.Number > _mark.Number + 1)
        {
            Follow();
            return;
        }
        if (changed.Mark.Number <= _mark.Number)
            return;
        _mark = changed.Mark;
        _wanted = _wanted.Apply(changed.Change);
        Tell(changed.Change);
    }

    private void Whole(WantedWhole part)
    {
        if (part.Mark != _arriving)
            _parts.Clear();
        _arriving = part.Mark;
        _parts[part.Part] = part;
        if (_parts.Count < part.Parts)
            return;
        _wanted = WantedEverything.Of(
            _parts.Values.SelectMany(one => one.Blocks),
            _parts.Values.SelectMany(one => one.Limits),
            _parts.Values.SelectMany(one => one.Locks)
        );
        _mark = part.Mark;
        _parts.Clear();
        _log.Info("In line with the cluster: {Blocks} blocks, {Limits} limits, {Locks} locks", _wanted.Blocks.Count, _wanted.Limits.Count, _wanted.Locks.Count);
        var now = _context.Clock.GetUtcNow();
        _context.Firewall?.Tell(new WantedState.AllBlocks([.. _wanted.Blocks.Values.Where(block => block.Until > now).Select(Wanted)]));
        _context.Limiter?.Tell(new WantedState.AllLimits([.. _wanted.Limits.Values.Where(limit => limit.Until > now).Select(Wanted)]));
        foreach (var worker in _context.Locks)
            worker.Tell(new WantedState.AllLocks([.. _wanted.Locks.Values.Where(entry => entry.Until is null || entry.Until > now)]));
    }

    private void Expire()
    {
        var over = _wanted.Expired(_context.Clock.GetUtcNow());
        _wanted = _wanted.Apply(over);
        Tell(over);
    }

    private void Tell(WantedChange change)
    {
        if (!change.Blocks.IsEmpty || !change.Unblocked.IsEmpty)
            _context.Firewall?.Tell(new WantedState.Blocks([.. change.Blocks.Select(Wanted)], [.. change.Unblocked.Select(FirewallLedger.Prefix)]));
        if (!change.Limits.IsEmpty || !change.Unlimited.IsEmpty)
            _context.Limiter?.Tell(new WantedState.Limits([.. change.Limits.Select(Wanted)], [.. change.Unlimited.Select(FirewallLedger.Prefix)]));
        foreach (var worker in _context.Locks)
        {
            foreach (var entry in change.Locks)
                worker.Tell(new WantedState.Lock(entry));
            foreach (var unlocked in change.Unlocked)
                worker.Tell(new WantedState.Unlock(unlocked.User, unlocked.ByAdmin));
        }
    }

    private static WantedBlock Wanted(StandingBlockEntry block) => new(FirewallLedger.Prefix(block.Network), block.Until, block.Reason);

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
