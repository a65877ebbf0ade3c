using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Actors.Enforcement.Replication;

/// <summary>The blocks, limits and locks that every node of a cluster shall hold. Pure.</summary>
public sealed record WantedEverything(
    ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Blocks,
    ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Limits,
    ImmutableDictionary<UserId, LockEntry> Locks
)
{
    private static readonly WantedChange Unchanged = new([], [], [], []);

    public static WantedEverything Nothing { get; } = Of([], [], []);

    public static WantedEverything Of(IEnumerable<StandingBlockEntry> blocks, IEnumerable<StandingBlockEntry> limits, IEnumerable<LockEntry> locks) =>
        new(ByNetwork(blocks), ByNetwork(limits), locks.ToImmutableDictionary(entry => entry.User));

    public WantedEverything Apply(WantedChange change) =>
        new(
            Apply(Blocks, change.Blocks, change.Unblocked),
            Apply(Limits, change.Limits, change.Unlimited),
            Locks.RemoveRange(change.Unlocked.Select(unlocked => unlocked.User)).SetItems(change.Locks.Select(entry => KeyValuePair.Create(entry.User, entry)))
        );

    /// <summary>What a ledger's word changes; null when it is none of a ledger's words.</summary>
    public WantedChange? Read(object message) =>
        message switch
        {
            WantedState.Blocks blocks => new WantedChange([.. blocks.Add.Select(Entry)], [.. blocks.Remove.Select(FirewallLedger.Network)], [], []),
            WantedState.AllBlocks all when Difference(Blocks, all.Blocks) is var (add, remove) => new WantedChange(add, remove, [], []),
            WantedState.Limits limits => Unchanged with { Limits = [.. limits.Add.Select(Entry)], Unlimited = Ended(limits.Remove) },
            WantedState.AllLimits all when Difference(Limits, all.Limits) is var (add, remove) => Unchanged with { Limits = add, Unlimited = remove },
            WantedState.Lock locked => new WantedChange([], [], [locked.Entry], []),
            WantedState.Unlock unlocked => new WantedChange([], [], [], [new UnlockedAccount(unlocked.User, unlocked.ByAdmin)]),
            WantedState.AllLocks all => Difference(all.Locks.ToImmutableDictionary(entry => entry.User)),
            _ => null,
        };

    /// <summary>What ends by time alone: every node sees to it by itself.</summary>
    public WantedChange Expired(DateTimeOffset now) =>
        new([], Expired(Blocks, now), [], [.. Locks.Values.Where(entry => entry.Until <= now).Select(entry => new UnlockedAccount(entry.User, false))])
        {
            Unlimited = Expired(Limits, now),
        };

    /// <summary>Every block comes with the word that its address need not be slowed down: only what was is worth telling.</summary>
    private ImmutableArray<BlockedNetwork> Ended(ImmutableArray<NetworkPrefix> limits) => [.. limits.Where(Limits.ContainsKey).Select(FirewallLedger.Network)];

    private static ImmutableArray<BlockedNetwork> Expired(ImmutableDictionary<NetworkPrefix, StandingBlockEntry> standing, DateTimeOffset now) =>
        [.. standing.Values.Where(entry => entry.Until <= now).Select(entry => entry.Network)];

    private static ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Apply(
        ImmutableDictionary<NetworkPrefix, StandingBlockEntry> standing,
        ImmutableArray<StandingBlockEntry> add,
        ImmutableArray<BlockedNetwork> remove
    ) =>
        standing
            .RemoveRange(remove.Select(FirewallLedger.Prefix))
            .SetItems(add.Select(entry => KeyValuePair.Create(FirewallLedger.Prefix(entry.Network), entry)));

    private static (ImmutableArray<StandingBlockEntry> Add, ImmutableArray<BlockedNetwork> Remove) Difference(
        ImmutableDictionary<NetworkPrefix, StandingBlockEntry> known,
        ImmutableArray<WantedBlock> all
    )
    {
        var wanted = ByNetwork(all.Select(Entry));
        return (
            [.. wanted.Where(pair => !known.TryGetValue(pair.Key, out var entry) || entry != pair.Value).Select(pair => pair.Value)],
            [.. known.Where(pair => !wanted.ContainsKey(pair.Key)).Select(pair => pair.Value.Network)]
        );
    }

    private WantedChange Difference(ImmutableDictionary<UserId, LockEntry> locks) =>
        new(
            [],
            [],
            [.. locks.Where(pair => !Locks.TryGetValue(pair.Key, out var known) || known != pair.Value).Select(pair => pair.Value)],
            [.. Locks.Keys.Where(user => !locks.ContainsKey(user)).Select(user => new UnlockedAccount(user, false))]
        );

    private static ImmutableDictionary<NetworkPrefix, StandingBlockEntry> ByNetwork(IEnumerable<StandingBlockEntry> entries) =>
        entries.ToImmutableDictionary(entry => FirewallLedger.Prefix(entry.Network));

    private static StandingBlockEntry Entry(WantedBlock block) => new(FirewallLedger.Network(block.Network), block.Until, block.Reason, "");
}
