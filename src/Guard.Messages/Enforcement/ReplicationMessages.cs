using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Messages.Enforcement;

/// <summary>Where a node stands in the row of changes of what is wanted in the cluster.</summary>
/// <param name="Epoch">Names one life of the ledgers; numbers of another life mean nothing.</param>
/// <param name="Number">The last change that was taken over.</param>
public readonly record struct WantedMark(string Epoch, long Number);

/// <summary>A node follows what is wanted, and tells how far it is: at its start, and every second.</summary>
/// <param name="Node">Names the node in the log.</param>
public sealed record FollowWanted(string Node, WantedMark Mark) : IGuardMessage;

/// <summary>An account is no longer locked.</summary>
/// <param name="ByAdmin">Somebody released it; else its time was up.</param>
public readonly record struct UnlockedAccount(UserId User, bool ByAdmin);

/// <summary>Blocks, limits and locks that begin and end.</summary>
public sealed record WantedChange(
    ImmutableArray<StandingBlockEntry> Blocks,
    ImmutableArray<BlockedNetwork> Unblocked,
    ImmutableArray<LockEntry> Locks,
    ImmutableArray<UnlockedAccount> Unlocked
)
{
    /// <summary>Addresses that are slowed down from now on.</summary>
    public ImmutableArray<StandingBlockEntry> Limits { get; init; } = [];

    /// <summary>Addresses that are slowed down no more.</summary>
    public ImmutableArray<BlockedNetwork> Unlimited { get; init; } = [];
}

/// <summary>A change of what is wanted; it follows on the one before it.</summary>
public sealed record WantedChanged(WantedMark Mark, WantedChange Change) : IGuardMessage;

/// <summary>One part of everything that is wanted, for a node that is new or has missed something.</summary>
/// <param name="Part">Counts from 0.</param>
public sealed record WantedWhole(WantedMark Mark, int Part, int Parts, ImmutableArray<StandingBlockEntry> Blocks, ImmutableArray<LockEntry> Locks)
    : IGuardMessage
{
    /// <summary>Addresses that are slowed down; a node from before they were told has none.</summary>
    public ImmutableArray<StandingBlockEntry> Limits { get; init; } = [];
}

/// <summary>Asks a node who was lately seen behind an address there.</summary>
public sealed record AskCompany(long Question, NetworkAddress Address) : IGuardMessage
{
    /// <summary>Bits of the IPv6 prefix that is meant; 0: what one party holds.</summary>
    public int PrefixLength { get; init; }
}

/// <summary>Answers <see cref="AskCompany"/>.</summary>
public sealed record CompanySeen(long Question, int Seen, int AtHome) : IGuardMessage
{
    /// <summary>Accounts at home in the network around the address.</summary>
    public int Around { get; init; }
}
