using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites;

/// <summary>A slice that a user holds.</summary>
/// <param name="Second">When it was granted, seconds since 1970: what comes back is given back to that time's slot.</param>
/// <param name="Expires">Milliseconds since 1970.</param>
public sealed record HeldSlice(string LeaseId, string RequestId, long Second, long Expires, ImmutableArray<SliceAmount> Amounts)
{
    public static HeldSlice Of(SliceGranted granted) =>
        new(granted.LeaseId, granted.RequestId, granted.At.ToUnixTimeSeconds(), granted.Expires.ToUnixTimeMilliseconds(), granted.Amounts);
}

/// <summary>A user of the site that lately reached a rung.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Effect">The user's effect that told it, for recognising repeats.</param>
public readonly record struct NotedUser(UserId User, long At, long Effect, Rung Rung);

/// <summary>Everything a site entity must not forget. Immutable; bounded by its active users.</summary>
public sealed record SiteState(SiteId Site) : Messages.IGuardMessage
{
    public const int MaxNoted = 64;

    /// <summary>Of the host, which notes sites.</summary>
    public const int MaxNotedSites = 256;

    public const int MaxOwed = 16;

    /// <summary>Use of the shared quotas: what was granted counts as used until it comes back.</summary>
    public ImmutableArray<QuotaWindow> Quotas { get; init; } = [];

    /// <summary>The different things that the shared quotas count, with the time at which an account was last let go on with one.</summary>
    public ImmutableArray<ExactWindow> Exact { get; init; } = [];

    public ImmutableDictionary<UserId, HeldSlice> Held { get; init; } = ImmutableDictionary<UserId, HeldSlice>.Empty;

    public ReactionState Reaction { get; init; } = ReactionState.Normal;

    public ImmutableArray<NotedUser> Noted { get; init; } = [];

    /// <summary>How often sites tell the host of a turn; of the host alone.</summary>
    public TurnRate Turns { get; init; }

    public ImmutableArray<ReactionMemory> History { get; init; } = [];

    public SitePatterns Patterns { get; init; } = SitePatterns.Empty;

    /// <summary>What was announced for the whole site; what is used is handed out to accounts, or sent.</summary>
    public PlannedList Planned { get; init; } = PlannedList.Empty;

    public long Leases { get; init; }

    /// <summary>Reports not yet confirmed.</summary>
    public ImmutableArray<Effect> Owed { get; init; } = [];

    /// <summary>The number of the latest report.</summary>
    public long LastReport { get; init; }

    /// <summary>The latest time seen, milliseconds since 1970.</summary>
    public long LastSeen { get; init; }

    /// <param name="at">Milliseconds since 1970.</param>
    public long Used(KeyedQuota quota, long at) => new QuotaUse(Quotas, Exact).Count(quota, at);

    /// <summary>Whether one of different things is counted already.</summary>
    /// <param name="at">Milliseconds since 1970.</param>
    public bool Holds(KeyedQuota quota, uint member, long at) => new QuotaUse(Quotas, Exact).Holds(quota, member, at);
}
