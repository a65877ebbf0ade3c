using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>
/// Judges requests to block. The caller decides, applies the verdict to its state, and only then tells the firewall; time comes with the request.
/// </summary>
public static class BlockPlanner
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A block that would end only so little later is the same block, asked for twice.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static BlockVerdict Decide(BlockPlannerState state, BlockRequest request, BlockPolicy policy)
    {
        var network = BlockScope.Of(request.Address, request.PrefixLength);
        if (Exemptions.Touched(network, policy) is { } exempt)
            return new BlockVerdict.Exempted(exempt);
        var hold = Clamp(request.Hold, policy.LongestHold);
        // A prefix is blocked for whoever may come from it later, so one account that was ever seen there is enough against it.
        if (request.PrefixLength > 0 && request.AccountsSeen > 0)
            return new BlockVerdict.Inhabited(network, request.AccountsSeen);
        if (request.IsSuspicion && request.AtHomeAround > 0)
            return new BlockVerdict.Inhabited(BlockScope.Around(request.Address), request.AtHomeAround);
        if (request.AccountsAtHome >= policy.GatewayFrom && request.KnownGoodShare >= policy.KnownGoodShare)
            return new BlockVerdict.Gateway(network, request.AccountsAtHome);
        if (request.AccountsAtHome > 0 && request.KnownGoodShare >= policy.KnownGoodShare)
            return new BlockVerdict.Limit(network, request.At, request.At + hold, request.KnownGoodShare);
        if (StandingFor(state, network, request) is { } standing && standing.Until + Grace >= request.At + hold)
            return standing;
        if (Breaker(state, request.At, policy) is { } open)
            return open;
        return Ordered(state, network, hold, request, policy);
    }

    /// <summary>When an unrelated list of blocks is taken over at start, what stands is not an offence of now.</summary>
    public static BlockPlannerState Restore(BlockPlannerState state, IEnumerable<WantedBlock> standing)
    {
        foreach (var wanted in standing)
            state = BlockPlannerEvolution.Stand(state, wanted.Network, wanted.Until);
        return state;
    }

    private static BlockVerdict.Block Ordered(BlockPlannerState state, NetworkPrefix network, TimeSpan hold, BlockRequest request, BlockPolicy policy)
    {
        var around = request.PrefixLength > 0 ? network : BlockScope.Around(request.Address);
        var replaced =
            request.PrefixLength > 0 ? BlockPlannerEvolution.StandingWithin(state, network, request.At)
            : around == network ? []
            : BlockPlannerEvolution.SinglesStanding(state, around, request.At);
        var join =
            policy.JoinFrom > 0
            && request.AtHomeAround == 0
            && around != network
            && (replaced.Contains(network) ? replaced.Length : replaced.Length + 1) >= policy.JoinFrom
            && Exemptions.Touched(around, policy) is null
            && !(state.Spared.TryGetValue(around, out var spared) && spared > request.At);
        var target = join ? around : network;
        var offence = Offence(state, target, request.At, policy);
        // Where others are at home around, whoever has the address by the next time may be one of them.
        var until = request.At + (request.AtHomeAround > 0 ? hold : Doubled(hold, offence, policy.LongestHold));
        var takesOver = join || request.PrefixLength > 0;
        if (takesOver)
        {
            // The network takes over the blocks of its addresses, so it lasts as long as the longest of them.
            foreach (var single in replaced)
                until = state.Standing[single] is var end && end > until ? end : until;
            until = until > request.At + policy.LongestHold ? request.At + policy.LongestHold : until;
        }
        return new BlockVerdict.Block(new WantedBlock(target, until, request.Reason), request.At, takesOver ? replaced : [], offence);
    }

    private static BlockVerdict.Standing? StandingFor(BlockPlannerState state, NetworkPrefix network, BlockRequest request)
    {
        // Several can stand: an address held longer than the /24 around it.
        var standing = new BlockVerdict.Standing(network, state.Standing.GetValueOrDefault(network));
        foreach (var over in BlockScope.Over(request.Address))
        {
            if (over.Length < network.Length && state.Standing.GetValueOrDefault(over) is var until && until > standing.Until)
                standing = new BlockVerdict.Standing(over, until);
        }
        return standing.Until > request.At ? standing : null;
    }

    private static BlockVerdict.HeldBack? Breaker(BlockPlannerState state, DateTimeOffset now, BlockPolicy policy)
    {
        var (lately, oldest) = (0, now);
        foreach (var at in state.LastMinute)
        {
            if (at <= now - Minute)
                continue;
            oldest = lately++ == 0 ? at : oldest;
        }
        if (lately >= policy.PerMinute)
            return new BlockVerdict.HeldBack(oldest + Minute, $"{lately} blocks within a minute; no more than {policy.PerMinute} are made");
        if (state.Standing.Count >= policy.MaxStanding && state.Standing.Values.Count(until => until > now) is var standing && standing >= policy.MaxStanding)
            return new BlockVerdict.HeldBack(now + Minute, $"{standing} blocks stand; no more than {policy.MaxStanding} are made");
        return null;
    }

    // What is still blocked and asked for again is the same offence: an old log line, or an admin who wants it longer.
    private static int Offence(BlockPlannerState state, NetworkPrefix network, DateTimeOffset now, BlockPolicy policy)
    {
        if (!state.Offenders.TryGetValue(network, out var offender) || offender.Until + policy.Memory <= now)
            return 1;
        return offender.Until > now ? offender.Offences : offender.Offences + 1;
    }

    private static TimeSpan Doubled(TimeSpan hold, int offence, TimeSpan longest)
    {
        for (var i = 1; i < offence && hold < longest; i++)
            hold = hold > longest / 2 ? longest : hold * 2;
        return hold;
    }

    private static TimeSpan Clamp(TimeSpan hold, TimeSpan longest) =>
        hold < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
        : hold > longest ? longest
        : hold;
}
