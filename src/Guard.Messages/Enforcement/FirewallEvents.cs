using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Messages.Enforcement;

/// <summary>A network in the ledger of blocks: one IPv4 address, an IPv4 /24 or an IPv6 /64.</summary>
public readonly record struct BlockedNetwork(NetworkAddress Address, int Length);

/// <summary>One thing that happened to the blocks that this machine's firewall shall hold.</summary>
public abstract record FirewallEvent(DateTimeOffset At) : IGuardMessage;

/// <summary>A network is wanted in the firewall.</summary>
/// <param name="By">The account it was blocked for, or who else ordered it.</param>
/// <param name="Replaced">Blocks of single addresses that it takes over.</param>
/// <param name="Offence">How often the network was blocked, this time included.</param>
public sealed record BlockOrdered(
    DateTimeOffset At,
    BlockedNetwork Network,
    DateTimeOffset Until,
    string Reason,
    string By,
    ImmutableArray<BlockedNetwork> Replaced,
    int Offence
) : FirewallEvent(At)
{
    /// <summary>An admin ordered it: no account's way back lifts it.</summary>
    public bool ByHand { get; init; }
}

/// <summary>Another account wants a block or limit that stands already, or wants it no more: it is lifted with the last of them.</summary>
public sealed record BlockShared(DateTimeOffset At, BlockedNetwork Network, string By, bool Wanted) : FirewallEvent(At);

/// <summary>A block ended before its time.</summary>
public sealed record BlockLifted(DateTimeOffset At, BlockedNetwork Network, string By) : FirewallEvent(At)
{
    /// <summary>Empty when nobody gave one.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>An address with good accounts behind it: it is slowed down instead of blocked.</summary>
public sealed record AddressLimited(DateTimeOffset At, BlockedNetwork Network, DateTimeOffset Until, string Reason, string By) : FirewallEvent(At);

/// <summary>A network is not blocked any more, whoever asks for it; what stands of it is lifted.</summary>
/// <param name="Network">Of any length.</param>
/// <param name="Until">Null for until it is taken back.</param>
public sealed record NetworkExempted(DateTimeOffset At, BlockedNetwork Network, DateTimeOffset? Until, string Reason, string By) : FirewallEvent(At);

/// <summary>A network may be blocked again.</summary>
public sealed record ExemptionEnded(DateTimeOffset At, BlockedNetwork Network, string By) : FirewallEvent(At)
{
    /// <summary>Empty when nobody gave one.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A network that is never blocked, besides those of the configuration.</summary>
/// <param name="Until">Null for until it is taken back.</param>
public sealed record ExemptNetwork(BlockedNetwork Network, DateTimeOffset Since, DateTimeOffset? Until, string Reason, string By);

/// <summary>A block that stands.</summary>
public sealed record StandingBlockEntry(BlockedNetwork Network, DateTimeOffset Until, string Reason, string By)
{
    public const int MaxAlso = 16;

    /// <summary>Which other accounts want it too, at most <see cref="MaxAlso"/>.</summary>
    public ImmutableArray<string> Also { get; init; } = [];

    /// <summary>An admin ordered it: no account's way back lifts it.</summary>
    public bool ByHand { get; init; }

    public bool IsOf(string account) => !ByHand && (By == account || Also.Contains(account));
}

/// <summary>A network that was blocked before.</summary>
public sealed record PastOffender(BlockedNetwork Network, DateTimeOffset Until, int Offences);

/// <summary>A block that was lifted before its time.</summary>
public sealed record LiftedBlock(BlockedNetwork Network, DateTimeOffset At);

/// <summary>The ledger of blocks as a whole.</summary>
public sealed record FirewallSnapshot(ImmutableArray<StandingBlockEntry> Standing, ImmutableArray<PastOffender> Offenders) : IGuardMessage
{
    /// <summary>What is slowed down instead of blocked.</summary>
    public ImmutableArray<StandingBlockEntry> Limited { get; init; } = [];

    /// <summary>What was lifted lately.</summary>
    public ImmutableArray<LiftedBlock> Lifted { get; init; } = [];

    /// <summary>What was exempted at run time.</summary>
    public ImmutableArray<ExemptNetwork> Exempt { get; init; } = [];
}

/// <summary>What the ledger of blocks is asked by an admin.</summary>
public static class BlockCommands
{
    /// <summary>Asks for a <see cref="FirewallSnapshot"/>.</summary>
    public sealed record List : IGuardMessage;

    public sealed record Add(BlockedNetwork Network, TimeSpan Hold, Author By) : IGuardMessage;

    public sealed record Remove(BlockedNetwork Network, Author By) : IGuardMessage;

    /// <summary>Exempts a network of any length.</summary>
    /// <param name="For">How long; null for until it is taken back.</param>
    public sealed record Exempt(BlockedNetwork Network, TimeSpan? For, Author By) : IGuardMessage;

    public sealed record EndExemption(BlockedNetwork Network, Author By) : IGuardMessage;

    /// <summary>Lifts all blocks and limits, and makes none any more before the ledger's next start.</summary>
    public sealed record LiftAll(Author By) : IGuardMessage;

    /// <summary>Answers orders in words.</summary>
    public sealed record Answer(bool Done, string Text) : IGuardMessage;
}
