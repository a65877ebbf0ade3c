using System.Collections.Immutable;
using System.Globalization;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Messages.Sites;

/// <summary>A branch of a site: it hands out the site's shared quotas to a part of its accounts.</summary>
/// <param name="Number">From 1.</param>
public readonly record struct BranchId(SiteId Site, int Number)
{
    /// <summary>More are no help: see docs/scale.md.</summary>
    public const int Max = 64;

    /// <summary>Under which name the site knows the branch among those who hear of changes.</summary>
    public UserId Holder => new LotId(this, 0).Holder;

    /// <summary>How its slices are named.</summary>
    public string LeaseOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{this}/{number}");

    /// <summary>Which branch a site's slice is from; false for one that the site itself granted.</summary>
    public static bool TryParse(SiteId site, string leaseId, out BranchId branch)
    {
        branch = default;
        if (leaseId.Length <= site.Value.Length || leaseId[site.Value.Length] != '#' || !leaseId.StartsWith(site.Value, StringComparison.Ordinal))
            return false;
        var rest = leaseId.AsSpan(site.Value.Length + 1);
        var end = rest.IndexOf('/');
        if (end < 0 || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > Max)
            return false;
        branch = new BranchId(site, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Site.Value}#{Number}");
}

/// <summary>What a branch holds of its site's quotas at once; each has a name of its own, as an account has.</summary>
/// <param name="Number">From 1, in the order in which the branch took them; 0 stands for the branch itself.</param>
public readonly record struct LotId(BranchId Branch, long Number)
{
    private const string Prefix = "@@";

    /// <summary>A name that no account can have.</summary>
    public UserId Holder => new(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Branch}/{Number}"));

    public static bool TryParse(UserId holder, out LotId lot)
    {
        lot = default;
        var name = holder.Value;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var (hash, slash) = (name.LastIndexOf('#'), name.LastIndexOf('/'));
        if (
            hash < 0
            || slash < hash
            || !int.TryParse(name.AsSpan(hash + 1, slash - hash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var branch)
            || branch is < 1 or > BranchId.Max
            || !long.TryParse(name.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
            return false;
        lot = new LotId(new BranchId(new SiteId(name[Prefix.Length..hash]), branch), number);
        return true;
    }
}

/// <summary>The site has journaled what came back of a lot.</summary>
public sealed record LotReturnNoted(SiteId Site, UserId Lot, ImmutableArray<SliceAmount> Kept, bool IsOver) : IWithSiteId;

/// <summary>One thing that happened to a branch.</summary>
public abstract record BranchEvent(SiteId Site, int Branch, DateTimeOffset At) : IGuardMessage;

/// <summary>The site granted a lot. One without amounts was called back before it came, and is not to be taken any more.</summary>
public sealed record LotTaken(SiteId Site, int Branch, DateTimeOffset At, long Lot, string LeaseId, DateTimeOffset Expires, ImmutableArray<SliceAmount> Amounts)
    : BranchEvent(Site, Branch, At);

/// <summary>Nothing more is granted from a lot: what is free of it, or still comes back, is the site's again.</summary>
public sealed record LotReturned(SiteId Site, int Branch, DateTimeOffset At, long Lot) : BranchEvent(Site, Branch, At);

/// <summary>The site knows what was used of a lot.</summary>
public sealed record LotClosed(SiteId Site, int Branch, DateTimeOffset At, long Lot) : BranchEvent(Site, Branch, At);

/// <summary>Part of a lot went to an account.</summary>
public sealed record BranchSliceGranted(
    SiteId Site,
    int Branch,
    DateTimeOffset At,
    UserId User,
    string RequestId,
    long Lot,
    ImmutableArray<SliceAmount> Amounts
) : BranchEvent(Site, Branch, At);

/// <summary>An account gave back what it did not use.</summary>
public sealed record BranchSliceReturned(SiteId Site, int Branch, DateTimeOffset At, UserId User, string LeaseId, ImmutableArray<SliceAmount> Left)
    : BranchEvent(Site, Branch, At);

/// <summary>The branch's time had run ahead of the present, and goes on here.</summary>
public sealed record BranchTimeSetBack(SiteId Site, int Branch, DateTimeOffset At) : BranchEvent(Site, Branch, At);
