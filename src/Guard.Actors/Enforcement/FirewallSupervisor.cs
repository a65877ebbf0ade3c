using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Enforcement;

/// <summary>Who was seen behind an address lately.</summary>
public interface IAddressCompany
{
    /// <summary>How many accounts used it, and how many of them are at home there.</summary>
    (int Seen, int AtHome) Behind(NetworkAddress address);

    /// <summary>The same of all parties in an IPv6 prefix.</summary>
    (int Seen, int AtHome) Within(NetworkPrefix network) => Behind(network.Network);

    /// <summary>How many accounts are at home in the /24 around an IPv4 address.</summary>
    int Around(NetworkAddress address) => 0;
}

/// <summary>From where administrators work on this machine now.</summary>
public interface IAdminPresence
{
    /// <summary>Their addresses; asked for each block, so it answers at once.</summary>
    ImmutableArray<NetworkPrefix> Addresses { get; }
}

/// <param name="Node">Names this machine's ledger in the journal.</param>
/// <param name="Worker">Brings the firewall into line; null when none is configured.</param>
public sealed record FirewallContext(string Node, BlockPolicy Policy, IAddressCompany Company, TimeProvider Clock, IActorRef? Worker, int SnapshotEvery)
{
    /// <summary>Brings the limits of addresses that are not blocked into line; null when the firewall cannot limit.</summary>
    public IActorRef? Limiter { get; init; }

    /// <summary>Who is never blocked besides the policy's exempt networks.</summary>
    public IAdminPresence? Admins { get; init; }
}

/// <summary>
/// The ledger of blocks: judges what users ask for, journals what is wanted, tells the worker, and confirms. Repeating an effect is harmless: what stands
/// already is only confirmed again.
/// </summary>
public sealed class FirewallSupervisor : LedgerActor<FirewallEvent>
{
    /// <summary>By whom a block is that no account asked for.</summary>
    public const string AddressRules = "brute force";

    /// <summary>Each is looked at for every block.</summary>
    private const int MaxExempt = 10_000;

    private const int MaxOver = 1000;

    private readonly FirewallContext _context;
    private FirewallLedger _ledger = FirewallLedger.Empty;
    private DateTimeOffset _heldBackTold;
    private int _heldBack;

    /// <summary>An admin switched enforcement off; until the next start.</summary>
    private bool _off;

    // An order that was asked about on other nodes may be overtaken by the end of the incident that it belongs to.
    private readonly Dictionary<UserId, long> _over = [];

    // Looking for what ended walks over all there is, so it is done only when something has.
    private DateTimeOffset _nextEnd = DateTimeOffset.MinValue;

    public FirewallSupervisor(FirewallContext context)
        : base($"firewall-{context.Node}", context.SnapshotEvery, TimeSpan.FromSeconds(1)) => _context = context;

    public static Props Props(FirewallContext context) => Akka.Actor.Props.Create(() => new FirewallSupervisor(context));

    protected override void Apply(FirewallEvent change) => _ledger = _ledger.Apply(change, _context.Policy);

    protected override bool Restore(object snapshot)
    {
        if (snapshot is not FirewallSnapshot stored)
            return false;
        _ledger = FirewallLedger.Of(stored);
        return true;
    }

    protected override object Snapshot() => _ledger.ToSnapshot();

    protected override void Look(bool first)
    {
        var now = _context.Clock.GetUtcNow();
        if (!first && now < _nextEnd)
            return;
        NetworkPrefix[] ended = [.. _ledger.Standing.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)];
        NetworkPrefix[] freed = [.. _ledger.Limited.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)];
        if (ended.Length + freed.Length > 0)
            _ledger = _ledger.Prune(now, _context.Policy);
        _nextEnd = _ledger.NextEnd ?? DateTimeOffset.MaxValue;
        if (first)
        {
            _context.Worker?.Tell(new WantedState.AllBlocks([.. _ledger.Wanted]));
            _context.Limiter?.Tell(new WantedState.AllLimits([.. _ledger.WantedLimits]));
            return;
        }
        if (ended.Length > 0)
            _context.Worker?.Tell(new WantedState.Blocks([], [.. ended]));
        if (freed.Length > 0)
            _context.Limiter?.Tell(new WantedState.Limits([], [.. freed]));
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case Effect effect:
                Take(effect, Sender);
                break;
            case BlockCommands.List:
                Sender.Tell(_ledger.ToSnapshot());
                break;
            case BlockCommands.Add add:
                Add(add, Sender);
                break;
            case BlockCommands.LiftAll all:
                LiftAll(all, Sender);
                break;
            case BlockCommands.Remove remove:
                Remove(remove, Sender);
                break;
            case BlockCommands.Exempt exempt:
                Exempt(exempt, Sender);
                break;
            case BlockCommands.EndExemption end:
                EndExemption(end, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Effect effect, IActorRef user)
    {
        var done = new EffectDone(effect.User, effect.Id);
        if (effect.Kind == EffectKind.LiftBlocks)
        {
            LiftCaused(effect, () => user.Tell(done));
            return;
        }
        var now = _context.Clock.GetUtcNow();
        var hold = (effect.Until ?? now) - now;
        var why = effect.Reasons.IsEmpty ? "" : ReasonText.Of(effect.Reasons[0]);
        var wanted = BlockScope.Of(effect.Address, effect.PrefixLength);
        if (_off || effect.Mode == GuardMode.Observe || _context.Worker is null || hold <= TimeSpan.Zero)
        {
            var because =
                _off ? "accountguard off"
                : effect.Mode == GuardMode.Observe ? "mode = observe"
                : _context.Worker is null ? "no firewall is configured"
                : "its time is up";
            Log.Info(
                "{By}: {Address} would be blocked until {Until} ({Because}): {Why}",
                effect.User == Effect.OfAddresses ? AddressRules : effect.User.Value,
                wanted,
                effect.Until,
                because,
                why
            );
            user.Tell(done);
            return;
        }
        if ((_ledger.Lifted.TryGetValue(wanted, out var lifted) && effect.At <= lifted) || (_over.TryGetValue(effect.User, out var over) && effect.Id < over))
        {
            // An admin took it back meanwhile, or the whole incident.
            user.Tell(done);
            return;
        }
        var request = BlockRequest.Of(effect.Address, effect.PrefixLength, now, hold, effect.Reasons, _context.Company);
        var verdict = BlockPlanner.Decide(_ledger.Planner, request, Policy);
        var by = effect.User == Effect.OfAddresses ? AddressRules : effect.User.Value;
        switch (verdict)
        {
            case BlockVerdict.Block block:
                Order(block, by, byHand: false, () => user.Tell(done));
                return;
            case BlockVerdict.Standing standing:
                Share(standing.By, by, now, () => user.Tell(done));
                return;
            case BlockVerdict.HeldBack held:
                // Unconfirmed, it comes again.
                _heldBack++;
                if (now - _heldBackTold >= TimeSpan.FromMinutes(1))
                {
                    Log.Warning("{Count} blocks are held back: {Why}", _heldBack, held.Why);
                    (_heldBackTold, _heldBack) = (now, 0);
                }
                return;
            case BlockVerdict.Limit limit:
                Limit(limit, by, why, request.AccountsAtHome, request.AccountsSeen, () => user.Tell(done));
                return;
            case BlockVerdict.Exempted exempted:
                Log.Warning("{By}: {Address} is not blocked, {Network} is exempt", by, wanted, exempted.By);
                break;
            case BlockVerdict.Inhabited inhabited:
                Log.Warning("{By}: {Network} is not blocked, {Seen} accounts logged in from it: {Why}", by, inhabited.Network, inhabited.Seen, why);
                break;
            case BlockVerdict.Gateway gateway:
                Log.Warning(
                    "{By}: {Address} is left alone, {Home} accounts behind it are at home there: a webmail, a proxy or an office. Is it yours, name it in intake.own-proxies: {Why}",
                    by,
                    effect.Address,
                    gateway.AtHome,
                    why
                );
                break;
        }
        user.Tell(done);
    }

    /// <summary>The exempt networks of the configuration, those exempted since, and the addresses from where administrators work now.</summary>
    private BlockPolicy Policy
    {
        get
        {
            var policy = _ledger.Sparing(_context.Policy, _context.Clock.GetUtcNow());
            return _context.Admins is { Addresses: { IsEmpty: false } present } ? policy with { Exempt = policy.Exempt.AddRange(present) } : policy;
        }
    }

    private void Limit(BlockVerdict.Limit limit, string by, string why, int home, int seen, Action then)
    {
        // The same address earns it again and again while its thief goes on.
        if (_ledger.Limited.TryGetValue(limit.Network, out var standing) && standing.Until >= limit.Until - TimeSpan.FromMinutes(1))
        {
            Share(limit.Network, by, limit.At, then);
            return;
        }
        Record(
            new AddressLimited(limit.At, FirewallLedger.Network(limit.Network), limit.Until, why, by),
            () =>
            {
                Ends(limit.Until);
                Log.Warning(
                    "{By}: {Network} is {What} and not blocked, {Home} of {Seen} accounts behind it are at home there",
                    by,
                    limit.Network,
                    _context.Limiter is null ? "left alone" : "slowed down",
                    home,
                    seen
                );
                _context.Limiter?.Tell(new WantedState.Limits([new WantedBlock(limit.Network, limit.Until, why)], []));
                then();
            }
        );
    }

    private void Ends(DateTimeOffset until) => _nextEnd = until < _nextEnd ? until : _nextEnd;

    private void Order(BlockVerdict.Block block, string by, bool byHand, Action then)
    {
        var ordered = new BlockOrdered(
            block.At,
            FirewallLedger.Network(block.Wanted.Network),
            block.Wanted.Until,
            block.Wanted.Reason,
            by,
            [.. block.Replaced.Select(FirewallLedger.Network)],
            block.Offence
        )
        {
            ByHand = byHand,
        };
        Record(
            ordered,
            () =>
            {
                Ends(block.Wanted.Until);
                // It need not be slowed down besides.
                _context.Limiter?.Tell(new WantedState.Limits([], [block.Wanted.Network, .. block.Replaced]));
                Log.Warning("{By}: {Network} is blocked until {Until}: {Why}", by, block.Wanted.Network, block.Wanted.Until, block.Wanted.Reason);
                _context.Worker?.Tell(new WantedState.Blocks([block.Wanted], block.Replaced));
                then();
            }
        );
    }

    /// <summary>Remembers that another account wants what stands: it is not lifted before that one's way back.</summary>
    private void Share(NetworkPrefix network, string by, DateTimeOffset now, Action then)
    {
        if (_ledger.Holding(network) is not { } block || block.By == by || block.Also.Contains(by) || block.Also.Length >= StandingBlockEntry.MaxAlso)
            then();
        else
            Record(new BlockShared(now, FirewallLedger.Network(network), by, true), then);
    }

    /// <summary>Lifts what an account's incident caused. What others want too, or an admin ordered, stays.</summary>
    private void LiftCaused(Effect effect, Action then)
    {
        var now = _context.Clock.GetUtcNow();
        var account = effect.User.Value;
        if (_over.Count >= MaxOver)
            _over.Clear();
        _over[effect.User] = effect.Id;
        var caused = _ledger.CausedBy(account);
        var by = effect.By ?? new Author("AccountGuard", effect.Reasons.IsEmpty ? "" : ReasonText.Of(effect.Reasons[0]));
        foreach (var (network, _) in caused.Where(one => !one.Alone))
            Record(new BlockShared(now, FirewallLedger.Network(network), account, false), () => { });
        NetworkPrefix[] lifted = [.. caused.Where(one => one.Alone).Select(one => one.Network)];
        foreach (var network in lifted)
            Record(
                new BlockLifted(now, FirewallLedger.Network(network), by.Name) { Reason = by.Reason },
                () =>
                {
                    Log.Info("{By}: {Network} is no longer blocked or slowed down: {Why}", account, network, ReasonText.Of(effect.Reasons[0]));
                    _context.Worker?.Tell(new WantedState.Blocks([], [network]));
                    _context.Limiter?.Tell(new WantedState.Limits([], [network]));
                }
            );
        // After what was just recorded.
        DeferAsync(
            effect,
            _ =>
            {
                if (!caused.IsEmpty && effect.Reasons.Any(reason => reason.Code == ReasonCodes.Forgotten))
                    DropPast();
                then();
            }
        );
    }

    private void LiftAll(BlockCommands.LiftAll all, IActorRef admin)
    {
        _off = true;
        var now = _context.Clock.GetUtcNow();
        NetworkPrefix[] standing = [.. _ledger.Standing.Keys.Concat(_ledger.Limited.Keys).Distinct()];
        foreach (var network in standing)
            Record(new BlockLifted(now, FirewallLedger.Network(network), all.By.Name) { Reason = all.By.Reason }, () => { });
        DeferAsync(
            all,
            _ =>
            {
                _context.Worker?.Tell(new WantedState.Blocks([], [.. standing]));
                _context.Limiter?.Tell(new WantedState.Limits([], [.. standing]));
                admin.Tell(
                    new BlockCommands.Answer(
                        standing.Length > 0,
                        standing.Length == 0 ? "nothing is blocked" : $"{standing.Length} blocks and limits are lifted"
                    )
                );
            }
        );
    }

    private void Add(BlockCommands.Add add, IActorRef admin)
    {
        if (_context.Worker is null)
        {
            admin.Tell(new BlockCommands.Answer(false, "no firewall is configured (enforcement.firewall.backend)"));
            return;
        }
        var now = _context.Clock.GetUtcNow();
        var network = FirewallLedger.Prefix(add.Network);
        // An admin's word goes before the breaker, never before an exemption.
        if (Exemptions.Touched(network, Policy) is { } exempt)
        {
            admin.Tell(new BlockCommands.Answer(false, $"{network} touches {exempt}, which is never blocked"));
            return;
        }
        Order(
            new BlockVerdict.Block(new WantedBlock(network, now + add.Hold, WhyOf(add.By, "blocked by hand")), now, [], 1),
            add.By.Name,
            byHand: true,
            () => admin.Tell(new BlockCommands.Answer(true, $"{network} is blocked until {now + add.Hold:u}"))
        );
    }

    private static string WhyOf(Author by, string otherwise) => by.Reason.Length == 0 ? otherwise : by.Reason;

    private void Remove(BlockCommands.Remove remove, IActorRef admin)
    {
        var network = FirewallLedger.Prefix(remove.Network);
        if (!_ledger.Standing.ContainsKey(network) && !_ledger.Limited.ContainsKey(network))
        {
            admin.Tell(new BlockCommands.Answer(false, $"{network} is not blocked"));
            return;
        }
        Record(
            new BlockLifted(_context.Clock.GetUtcNow(), remove.Network, remove.By.Name) { Reason = remove.By.Reason },
            () =>
            {
                _context.Worker?.Tell(new WantedState.Blocks([], [network]));
                _context.Limiter?.Tell(new WantedState.Limits([], [network]));
                admin.Tell(new BlockCommands.Answer(true, $"{network} is no longer blocked"));
            }
        );
    }

    private void Exempt(BlockCommands.Exempt exempt, IActorRef admin)
    {
        var network = FirewallLedger.Prefix(exempt.Network);
        var now = _context.Clock.GetUtcNow();
        var until = now + exempt.For;
        if (_ledger.Exempt.TryGetValue(network, out var known) && (known.Until is not { } knownUntil || (until is { } wanted && knownUntil >= wanted)))
        {
            admin.Tell(new BlockCommands.Answer(true, $"{network} is exempt already"));
            return;
        }
        if (_ledger.Exempt.Count >= MaxExempt && known is null)
        {
            admin.Tell(new BlockCommands.Answer(false, $"{MaxExempt} networks are exempt already"));
            return;
        }
        var touched = _ledger.Touching(network);
        Record(
            new NetworkExempted(now, exempt.Network, until, WhyOf(exempt.By, "exempted by hand"), exempt.By.Name),
            () =>
            {
                if (!touched.IsEmpty)
                {
                    _context.Worker?.Tell(new WantedState.Blocks([], touched));
                    _context.Limiter?.Tell(new WantedState.Limits([], touched));
                }
                Ends(until ?? DateTimeOffset.MaxValue);
                admin.Tell(
                    new BlockCommands.Answer(
                        true,
                        $"{network} is never blocked{(until is { } end ? $" until {end:u}" : "")}{(touched.IsEmpty ? "" : $"; lifted: {string.Join(", ", touched)}")}"
                    )
                );
            }
        );
    }

    private void EndExemption(BlockCommands.EndExemption end, IActorRef admin)
    {
        var network = FirewallLedger.Prefix(end.Network);
        if (!_ledger.Exempt.ContainsKey(network))
        {
            admin.Tell(
                new BlockCommands.Answer(
                    false,
                    _context.Policy.Exempt.Contains(network) ? $"{network} is exempt by the configuration" : $"{network} is not exempt"
                )
            );
            return;
        }
        Record(
            new ExemptionEnded(_context.Clock.GetUtcNow(), end.Network, end.By.Name) { Reason = end.By.Reason },
            () => admin.Tell(new BlockCommands.Answer(true, $"{network} may be blocked again"))
        );
    }
}
