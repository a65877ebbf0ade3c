using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>How verdicts and time change what the planner knows.</summary>
public static class BlockPlannerEvolution
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static BlockPlannerState Apply(BlockPlannerState state, BlockVerdict verdict, BlockPolicy policy) =>
        verdict switch
        {
            BlockVerdict.Block block => Apply(state, block, policy),
            BlockVerdict.Limit limit => Spare(state, limit),
            BlockVerdict.Standing or BlockVerdict.Gateway or BlockVerdict.Inhabited or BlockVerdict.Exempted or BlockVerdict.HeldBack => state,
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
        };

    /// <summary>An admin took a block back. Taken back is not held against it later.</summary>
    public static BlockPlannerState Release(BlockPlannerState state, NetworkPrefix network) =>
        Fall(state, network) with
        {
            Offenders = state.Offenders.Remove(network),
        };

    /// <summary>Forgets what ended. Call it now and then; it costs one walk over what stands and what is remembered.</summary>
    public static BlockPlannerState Prune(BlockPlannerState state, DateTimeOffset now, BlockPolicy policy)
    {
        foreach (var (network, until) in state.Standing)
            if (until <= now)
                state = Fall(state, network);
        var offenders = state.Offenders.RemoveRange(state.Offenders.Where(pair => pair.Value.Until + policy.Memory <= now).Select(pair => pair.Key));
        if (offenders.Count > policy.MaxRemembered)
            offenders = offenders.RemoveRange(
                offenders.OrderBy(pair => pair.Value.Until).Take(offenders.Count - policy.MaxRemembered).Select(pair => pair.Key)
            );
        return state with { Offenders = offenders, Spared = state.Spared.RemoveRange(state.Spared.Where(pair => pair.Value <= now).Select(pair => pair.Key)) };
    }

    internal static ImmutableArray<NetworkPrefix> SinglesStanding(BlockPlannerState state, NetworkPrefix around, DateTimeOffset now) =>
        state.Singles.TryGetValue(around, out var singles)
            ? [.. singles.Where(single => state.Standing[single] > now).OrderBy(single => single.Network.Bits)]
            : [];

    /// <summary>What stands in a prefix, itself apart. One walk over all that stands; prefixes are asked for seldom.</summary>
    internal static ImmutableArray<NetworkPrefix> StandingWithin(BlockPlannerState state, NetworkPrefix network, DateTimeOffset now) =>
        [
            .. state
                .Standing.Where(pair => pair.Value > now && pair.Key.Length > network.Length && network.Contains(pair.Key.Network))
                .Select(pair => pair.Key)
                .OrderBy(one => one.Network.Bits)
                .ThenBy(one => one.Length),
        ];

    internal static BlockPlannerState Stand(BlockPlannerState state, NetworkPrefix network, DateTimeOffset until)
    {
        state = state with { Standing = state.Standing.SetItem(network, until) };
        if (!IsSingle(network))
            return state;
        var around = BlockScope.Around(network.Network);
        var singles = state.Singles.GetValueOrDefault(around) ?? ImmutableHashSet<NetworkPrefix>.Empty;
        return state with { Singles = state.Singles.SetItem(around, singles.Add(network)) };
    }

    private static BlockPlannerState Apply(BlockPlannerState state, BlockVerdict.Block block, BlockPolicy policy)
    {
        foreach (var replaced in block.Replaced)
            state = Fall(state, replaced);
        state = Stand(state, block.Wanted.Network, block.Wanted.Until);
        var lastMinute = state.LastMinute.Enqueue(block.At);
        var ordered = state.OrderedLastMinute + 1;
        while (!lastMinute.IsEmpty && (lastMinute.Peek() <= block.At - Minute || ordered > policy.PerMinute))
        {
            lastMinute = lastMinute.Dequeue();
            ordered--;
        }
        state = state with
        {
            LastMinute = lastMinute,
            OrderedLastMinute = ordered,
            Offenders = state.Offenders.SetItem(block.Wanted.Network, new(block.Wanted.Until, block.Offence)),
        };
        // What is past is dropped in passing, so that the state stays bounded between two prunings.
        return state.Offenders.Count > policy.MaxRemembered * 2 || state.Standing.Count >= policy.MaxStanding ? Prune(state, block.At, policy) : state;
    }

    private static BlockPlannerState Spare(BlockPlannerState state, BlockVerdict.Limit limit)
    {
        var around = BlockScope.Around(limit.Network.Network);
        return state.Spared.TryGetValue(around, out var until) && until >= limit.Until
            ? state
            : state with
            {
                Spared = state.Spared.SetItem(around, limit.Until),
            };
    }

    private static BlockPlannerState Fall(BlockPlannerState state, NetworkPrefix network)
    {
        state = state with { Standing = state.Standing.Remove(network) };
        var around = BlockScope.Around(network.Network);
        if (!IsSingle(network) || !state.Singles.TryGetValue(around, out var singles))
            return state;
        singles = singles.Remove(network);
        return state with { Singles = singles.IsEmpty ? state.Singles.Remove(around) : state.Singles.SetItem(around, singles) };
    }

    private static bool IsSingle(NetworkPrefix network) => network.Network.IsIPv4 && network.Length == 32;
}
