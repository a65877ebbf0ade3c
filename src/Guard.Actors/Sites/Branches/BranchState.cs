using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites.Branches;

/// <summary>What became of a lot, of one quota: free, held by accounts and spent are together what the branch has of it.</summary>
public readonly record struct LotShare(string Quota, long Free, long Held, long Spent)
{
    /// <summary>What the site is told that does not come back, as far as is known.</summary>
    public long Kept => Free + Held + Spent;
}

/// <summary>A part of the site's quotas that the branch hands on to accounts.</summary>
/// <param name="LeaseId">The site's name for it.</param>
/// <param name="Expires">Milliseconds since 1970; so do the slices that are drawn from it.</param>
/// <param name="IsClosing">Nothing is granted from it any more, and what comes back goes to the site.</param>
public sealed record Lot(long Number, string LeaseId, long Expires, bool IsClosing, ImmutableArray<LotShare> Shares)
{
    /// <summary>Nothing of it will come back any more.</summary>
    public bool IsOver => IsClosing && Shares.All(share => share is { Free: 0, Held: 0 });

    public ImmutableArray<SliceAmount> Kept => [.. Shares.Select(share => new SliceAmount(share.Quota, share.Kept))];

    public long Free(string quota) => Shares.FirstOrDefault(share => share.Quota == quota).Free;
}

/// <summary>A slice that an account holds of a lot.</summary>
/// <param name="Expires">Milliseconds since 1970.</param>
public sealed record BranchSlice(string LeaseId, string RequestId, long Lot, long Expires, ImmutableArray<SliceAmount> Amounts)
{
    /// <param name="state">As it was before.</param>
    public static BranchSlice Of(BranchState state, Lot lot, BranchSliceGranted granted) =>
        new(state.Branch.LeaseOf(state.Leases + 1), granted.RequestId, lot.Number, lot.Expires, granted.Amounts);
}

/// <summary>Everything a branch must not forget. Immutable; bounded by its active accounts.</summary>
public sealed record BranchState(BranchId Branch) : Messages.IGuardMessage
{
    /// <summary>With more, the site itself is asked for each mail until some are over.</summary>
    public const int MaxLots = 512;

    /// <summary>In the order in which they were taken.</summary>
    public ImmutableArray<Lot> Lots { get; init; } = [];

    public ImmutableDictionary<UserId, BranchSlice> Held { get; init; } = ImmutableDictionary<UserId, BranchSlice>.Empty;

    /// <summary>The number of the latest lot that was taken, or is not to be taken any more.</summary>
    public long LastLot { get; init; }

    public long Leases { get; init; }

    /// <summary>The latest time seen, milliseconds since 1970.</summary>
    public long LastSeen { get; init; }

    public Lot? Find(long number) => Lots.FirstOrDefault(lot => lot.Number == number);
}
