using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Actors.Enforcement.Replication;

/// <summary>The blocks and locks that every node of a cluster shall hold. Pure.</summary>
public sealed record WantedEverything(ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Blocks, ImmutableDictionary<UserId, LockEntry> Locks)
{
    public static WantedEverything Nothing { get; } =
        new(ImmutableDictionary<NetworkPrefix, StandingBlockEntry>.Empty, ImmutableDictionary<UserId, LockEntry>.Empty);

    public WantedEverything Apply(WantedChange change) => new(
        Blocks.RemoveRange(change.Unblocked.Select(FirewallLedger.Prefix)).SetItems(change.Blocks.Select(block => KeyValuePair.Create(FirewallLedger.Prefix(block.Network), block))),
        Locks.RemoveRange(change.Unlocked.Select(unlocked => unlocked.User)).SetItems(change.Locks.Select(entry => KeyValuePair.Create(entry.User, entry))));

    /// <summary>What a ledger's word changes; null when it is none of a ledger's words.</summary>
    public WantedChange? Read(object message) => message switch
    {
        WantedState.Blocks blocks => new WantedChange([.. blocks.Add.Select(Entry)], [.. blocks.Remove.Select(FirewallLedger.Network)], [], []),
        WantedState.AllBlocks all => Difference(all.Blocks.Select(Entry).ToImmutableDictionary(entry => FirewallLedger.Prefix(entry.Network))),
        WantedState.Lock locked => new WantedChange([], [], [locked.Entry], []),
        WantedState.Unlock unlocked => new WantedChange([], [], [], [new UnlockedAccount(unlocked.User, unlocked.ByAdmin)]),
        WantedState.AllLocks all => Difference(all.Locks.ToImmutableDictionary(entry => entry.User)),
        _ => null,
    };

    /// <summary>What ends by time alone: every node sees to it by itself.</summary>
    public WantedChange Expired(DateTimeOffset now) => new(
        [], [.. Blocks.Where(pair => pair.Value.Until <= now).Select(pair => pair.Value.Network)],
        [], [.. Locks.Values.Where(entry => entry.Until <= now).Select(entry => new UnlockedAccount(entry.User, false))]);

    private WantedChange Difference(ImmutableDictionary<NetworkPrefix, StandingBlockEntry> blocks) => new(
        [.. blocks.Where(pair => !Blocks.TryGetValue(pair.Key, out var known) || known != pair.Value).Select(pair => pair.Value)],
        [.. Blocks.Where(pair => !blocks.ContainsKey(pair.Key)).Select(pair => pair.Value.Network)], [], []);

    private WantedChange Difference(ImmutableDictionary<UserId, LockEntry> locks) => new(
        [], [], [.. locks.Where(pair => !Locks.TryGetValue(pair.Key, out var known) || known != pair.Value).Select(pair => pair.Value)],
        [.. Locks.Keys.Where(user => !locks.ContainsKey(user)).Select(user => new UnlockedAccount(user, false))]);

    private static StandingBlockEntry Entry(WantedBlock block) => new(FirewallLedger.Network(block.Network), block.Until, block.Reason, "");
}
