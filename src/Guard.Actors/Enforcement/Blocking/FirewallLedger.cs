using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>The blocks that a machine's firewall shall hold, folded from events. Pure.</summary>
public sealed record FirewallLedger(BlockPlannerState Planner, ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Standing)
{
    public static FirewallLedger Empty { get; } = new(BlockPlannerState.Empty, ImmutableDictionary<NetworkPrefix, StandingBlockEntry>.Empty);

    public IEnumerable<WantedBlock> Wanted => Standing.Select(pair => new WantedBlock(pair.Key, pair.Value.Until, pair.Value.Reason));

    public FirewallLedger Apply(FirewallEvent change, BlockPolicy policy)
    {
        switch (change)
        {
            case BlockOrdered ordered:
                var network = Prefix(ordered.Network);
                var replaced = ordered.Replaced.Select(Prefix).ToImmutableArray();
                return new FirewallLedger(
                    BlockPlannerEvolution.Apply(Planner, new BlockVerdict.Block(new WantedBlock(network, ordered.Until, ordered.Reason), ordered.At, replaced, ordered.Offence), policy),
                    Standing.RemoveRange(replaced).SetItem(network, new StandingBlockEntry(ordered.Network, ordered.Until, ordered.Reason, ordered.By)));
            case BlockLifted lifted:
                return new FirewallLedger(BlockPlannerEvolution.Release(Planner, Prefix(lifted.Network)), Standing.Remove(Prefix(lifted.Network)));
            default:
                throw new InvalidOperationException($"unknown event of the firewall {change.GetType().Name}");
        }
    }

    /// <summary>Forgets what ended. Not an event: time alone does it, after a restart as well.</summary>
    public FirewallLedger Prune(DateTimeOffset now, BlockPolicy policy) =>
        new(BlockPlannerEvolution.Prune(Planner, now, policy), Standing.RemoveRange(Standing.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)));

    public FirewallSnapshot ToSnapshot() => new(
        [.. Standing.Values],
        [.. Planner.Offenders.Select(pair => new PastOffender(new BlockedNetwork(pair.Key.Network, pair.Key.Length), pair.Value.Until, pair.Value.Offences))]);

    public static FirewallLedger Of(FirewallSnapshot snapshot)
    {
        var planner = BlockPlanner.Restore(BlockPlannerState.Empty, snapshot.Standing.Select(block => new WantedBlock(Prefix(block.Network), block.Until)));
        planner = planner with { Offenders = snapshot.Offenders.ToImmutableDictionary(past => Prefix(past.Network), past => new BlockPlannerState.Offender(past.Until, past.Offences)) };
        return new FirewallLedger(planner, snapshot.Standing.ToImmutableDictionary(block => Prefix(block.Network)));
    }

    public static NetworkPrefix Prefix(BlockedNetwork network) => new(network.Address, network.Length);

    public static BlockedNetwork Network(NetworkPrefix prefix) => new(prefix.Network, prefix.Length);
}
