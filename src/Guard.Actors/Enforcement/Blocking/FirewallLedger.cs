using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>The blocks that a machine's firewall shall hold, folded from events. Pure.</summary>
public sealed record FirewallLedger(BlockPlannerState Planner, ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Standing)
{
    /// <summary>What is slowed down instead of blocked.</summary>
    public ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Limited { get; init; } = ImmutableDictionary<NetworkPrefix, StandingBlockEntry>.Empty;

    /// <summary>What was lifted before its time, and when: an order from before that comes again, since its confirmation was lost, blocks nobody
    /// anew.</summary>
    public ImmutableDictionary<NetworkPrefix, DateTimeOffset> Lifted { get; init; } = ImmutableDictionary<NetworkPrefix, DateTimeOffset>.Empty;

    /// <summary>What is never blocked, besides the policy's exempt networks.</summary>
    public ImmutableDictionary<NetworkPrefix, ExemptNetwork> Exempt { get; init; } = ImmutableDictionary<NetworkPrefix, ExemptNetwork>.Empty;

    private static readonly TimeSpan LiftedMemory = TimeSpan.FromDays(7);

    public IEnumerable<WantedBlock> WantedLimits => Limited.Select(pair => new WantedBlock(pair.Key, pair.Value.Until, pair.Value.Reason));

    /// <summary>When the next block or limit ends; null when there is none. It costs one walk.</summary>
    public DateTimeOffset? NextEnd
    {
        get
        {
            var next = DateTimeOffset.MaxValue;
            foreach (var (_, block) in Standing)
                next = block.Until < next ? block.Until : next;
            foreach (var (_, exempt) in Exempt)
                next = exempt.Until < next ? exempt.Until.Value : next;
            foreach (var (_, limit) in Limited)
                next = limit.Until < next ? limit.Until : next;
            return next == DateTimeOffset.MaxValue ? null : next;
        }
    }

    public static FirewallLedger Empty { get; } = new(BlockPlannerState.Empty, ImmutableDictionary<NetworkPrefix, StandingBlockEntry>.Empty);

    public IEnumerable<WantedBlock> Wanted => Standing.Select(pair => new WantedBlock(pair.Key, pair.Value.Until, pair.Value.Reason));

    public FirewallLedger Apply(FirewallEvent change, BlockPolicy policy)
    {
        switch (change)
        {
            case BlockOrdered ordered:
                var network = Prefix(ordered.Network);
                var replaced = ordered.Replaced.Select(Prefix).ToImmutableArray();
                return this with
                {
                    Planner = BlockPlannerEvolution.Apply(
                        Planner,
                        new BlockVerdict.Block(new WantedBlock(network, ordered.Until, ordered.Reason), ordered.At, replaced, ordered.Offence),
                        policy
                    ),
                    // A network that is blocked need not be slowed down.
                    Limited = Limited.RemoveRange(replaced).Remove(network),
                    Lifted = Lifted.Remove(network),
                    Standing = Standing
                        .RemoveRange(replaced)
                        .SetItem(
                            network,
                            new StandingBlockEntry(ordered.Network, ordered.Until, ordered.Reason, ordered.By)
                            {
                                ByHand = ordered.ByHand,
                                Also = Owners(ordered, replaced.Add(network)),
                            }
                        ),
                };
            case BlockLifted lifted:
                return this with
                {
                    Planner = BlockPlannerEvolution.Release(Planner, Prefix(lifted.Network)),
                    Standing = Standing.Remove(Prefix(lifted.Network)),
                    Limited = Limited.Remove(Prefix(lifted.Network)),
                    Lifted = Lifted.SetItem(Prefix(lifted.Network), lifted.At),
                };
            case AddressLimited limited:
                return this with
                {
                    Planner = BlockPlannerEvolution.Apply(Planner, new BlockVerdict.Limit(Prefix(limited.Network), limited.At, limited.Until, 0), policy),
                    Limited = Limited.SetItem(Prefix(limited.Network), new StandingBlockEntry(limited.Network, limited.Until, limited.Reason, limited.By)),
                };
            case NetworkExempted exempted:
                var free = Prefix(exempted.Network);
                var touched = Touching(free);
                return this with
                {
                    Planner = touched.Aggregate(Planner, BlockPlannerEvolution.Release),
                    Standing = Standing.RemoveRange(touched),
                    Limited = Limited.RemoveRange(touched),
                    // An order from before must not come back over it either.
                    Lifted = Lifted.SetItems(touched.Select(one => KeyValuePair.Create(one, exempted.At))),
                    Exempt = Exempt.SetItem(free, new ExemptNetwork(exempted.Network, exempted.At, exempted.Until, exempted.Reason, exempted.By)),
                };
            case BlockShared shared:
                var owned = Prefix(shared.Network);
                return this with { Standing = Share(Standing, owned, shared), Limited = Share(Limited, owned, shared) };
            case ExemptionEnded ended:
                return this with { Exempt = Exempt.Remove(Prefix(ended.Network)) };
            default:
                throw new InvalidOperationException($"unknown event of the firewall {change.GetType().Name}");
        }
    }

    /// <summary>What an account caused: what stands for it alone, and what others want too.</summary>
    public ImmutableArray<(NetworkPrefix Network, bool Alone)> CausedBy(string account) =>
        [
            .. Standing
                .Concat(Limited)
                .Where(pair => pair.Value.IsOf(account))
                .Select(pair => (pair.Key, pair.Value.By == account && pair.Value.Also.IsEmpty))
                .Distinct(),
        ];

    /// <summary>The block or limit that an address falls under.</summary>
    public StandingBlockEntry? Holding(NetworkPrefix network) => Standing.GetValueOrDefault(network) ?? Limited.GetValueOrDefault(network);

    /// <summary>Who wanted what a block takes over, besides who orders it.</summary>
    private ImmutableArray<string> Owners(BlockOrdered ordered, ImmutableArray<NetworkPrefix> before) =>
        [
            .. before
                .Select(Standing.GetValueOrDefault)
                .OfType<StandingBlockEntry>()
                .Where(block => !block.ByHand)
                .SelectMany(block => block.Also.Insert(0, block.By))
                .Where(account => account != ordered.By)
                .Distinct()
                .Take(StandingBlockEntry.MaxAlso),
        ];

    private static ImmutableDictionary<NetworkPrefix, StandingBlockEntry> Share(
        ImmutableDictionary<NetworkPrefix, StandingBlockEntry> blocks,
        NetworkPrefix network,
        BlockShared shared
    )
    {
        if (!blocks.TryGetValue(network, out var block))
            return blocks;
        if (shared.Wanted)
            return blocks.SetItem(network, block with { Also = block.Also.Add(shared.By) });
        // The first of the others has it from now on.
        return blocks.SetItem(
            network,
            block.By == shared.By && !block.Also.IsEmpty
                ? block with
                {
                    By = block.Also[0],
                    Also = block.Also.RemoveAt(0),
                }
                : block with
                {
                    Also = block.Also.Remove(shared.By),
                }
        );
    }

    /// <summary>What stands or is slowed down and has an address in common with a network.</summary>
    public ImmutableArray<NetworkPrefix> Touching(NetworkPrefix network) =>
        [.. Standing.Keys.Concat(Limited.Keys).Distinct().Where(one => one.Overlaps(network))];

    /// <summary>A policy with the networks that are exempt at a time.</summary>
    public BlockPolicy Sparing(BlockPolicy policy, DateTimeOffset now) =>
        Exempt.IsEmpty
            ? policy
            : policy with
            {
                Exempt = policy.Exempt.AddRange(Exempt.Where(pair => pair.Value.Until is not { } until || until > now).Select(pair => pair.Key)),
            };

    /// <summary>Forgets what ended. Not an event: time alone does it, after a restart as well.</summary>
    public FirewallLedger Prune(DateTimeOffset now, BlockPolicy policy) =>
        new(BlockPlannerEvolution.Prune(Planner, now, policy), Standing.RemoveRange(Standing.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)))
        {
            Limited = Limited.RemoveRange(Limited.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)),
            Exempt = Exempt.RemoveRange(Exempt.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key)),
            Lifted = Lifted.RemoveRange(Lifted.Where(pair => now - pair.Value > LiftedMemory).Select(pair => pair.Key)),
        };

    public FirewallSnapshot ToSnapshot() =>
        new(
            [.. Standing.Values],
            [
                .. Planner.Offenders.Select(pair => new PastOffender(
                    new BlockedNetwork(pair.Key.Network, pair.Key.Length),
                    pair.Value.Until,
                    pair.Value.Offences
                )),
            ]
        )
        {
            Limited = [.. Limited.Values],
            Lifted = [.. Lifted.Select(pair => new LiftedBlock(Network(pair.Key), pair.Value))],
            Exempt = [.. Exempt.Values],
        };

    public static FirewallLedger Of(FirewallSnapshot snapshot)
    {
        var planner = BlockPlanner.Restore(BlockPlannerState.Empty, snapshot.Standing.Select(block => new WantedBlock(Prefix(block.Network), block.Until)));
        planner = planner with
        {
            Offenders = snapshot.Offenders.ToImmutableDictionary(
                past => Prefix(past.Network),
                past => new BlockPlannerState.Offender(past.Until, past.Offences)
            ),
        };
        // A neighbourhood that was spared stays so.
        foreach (var limited in snapshot.Limited)
            planner = BlockPlannerEvolution.Apply(
                planner,
                new BlockVerdict.Limit(Prefix(limited.Network), limited.Until, limited.Until, 0),
                BlockPolicy.Default
            );
        return new FirewallLedger(planner, snapshot.Standing.ToImmutableDictionary(block => Prefix(block.Network)))
        {
            Limited = snapshot.Limited.ToImmutableDictionary(block => Prefix(block.Network)),
            Lifted = snapshot.Lifted.ToImmutableDictionary(block => Prefix(block.Network), block => block.At),
            Exempt = snapshot.Exempt.ToImmutableDictionary(exempt => Prefix(exempt.Network)),
        };
    }

    public static NetworkPrefix Prefix(BlockedNetwork network) => new(network.Address, network.Length);

    public static BlockedNetwork Network(NetworkPrefix prefix) => new(prefix.Network, prefix.Length);
}
