using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Messages.Sites;

/// <summary>What a site entity is asked to do.</summary>
public static class SiteCommands
{
    /// <summary>Asks for the policy and, where the site shares quotas, for a slice of them. Idempotent by request id.</summary>
    /// <param name="Needs">What the next observation needs at least.</param>
    /// <param name="Returns">What is left over of the slice held before.</param>
    public sealed record RequestLease(
        SiteId Site,
        UserId User,
        string RequestId,
        DateTimeOffset At,
        ImmutableArray<SliceAmount> Needs,
        string ReturnsLeaseId,
        ImmutableArray<SliceAmount> Returns
    ) : IWithSiteId
    {
        /// <summary>Which of different things would be granted is only asked: they may never come about. Amounts are granted, since they go back.</summary>
        public bool IsQuestion { get; init; }

        /// <summary>The branch that is asked; 0: the site itself.</summary>
        public int Branch { get; init; }

        /// <summary>What is to be counted.</summary>
        public ImmutableArray<SliceAmount> Counted => IsQuestion ? Needs.RemoveAll(need => need.Member != 0) : Needs;
    }

    /// <summary>Gives back a slice: on passivation, or because the site recalled it.</summary>
    public sealed record ReturnLease(SiteId Site, UserId User, string LeaseId, ImmutableArray<SliceAmount> Left, bool Leaving) : IWithSiteId
    {
        /// <summary>The branch that granted it; 0: the site itself.</summary>
        public int Branch { get; init; }
    }

    /// <summary>
    /// A branch says what it keeps of a lot, all in all: what accounts used and what they still hold. Told again it changes nothing; answered with <see
    /// cref="LotReturnNoted"/>.
    /// </summary>
    /// <param name="Lot">The lot's name: see <see cref="LotId.Holder"/>.</param>
    /// <param name="IsOver">Nothing of it will come back any more.</param>
    public sealed record ReturnLot(SiteId Site, UserId Lot, string LeaseId, ImmutableArray<SliceAmount> Kept, bool IsOver) : IWithSiteId;

    /// <summary>A user's reaction changed; idempotent by (user, effect).</summary>
    public sealed record NoteReaction(SiteId Site, UserId User, long Effect, DateTimeOffset At, Rung To) : IWithSiteId;

    /// <summary>A user's day is over. Not acknowledged: what is lost is only a day of one user in the site's patterns.</summary>
    public sealed record NoteDay(SiteId Site, DateTimeOffset At, DayPattern Pattern) : IWithSiteId;

    /// <summary>Asks for a <see cref="SiteStatus"/>.</summary>
    public sealed record GetStatus(SiteId Site) : IWithSiteId;

    /// <summary>Ends the site's reaction now.</summary>
    public sealed record Release(SiteId Site, DateTimeOffset At) : IWithSiteId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>Announces something unusual for every account of the site; answered with <see cref="SiteDone"/>.</summary>
    public sealed record PlanException(SiteId Site, DateTimeOffset At, PlannedException Planned) : IWithSiteId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>Takes a planned exception back.</summary>
    public sealed record WithdrawException(SiteId Site, DateTimeOffset At, long Exception) : IWithSiteId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }
}

/// <summary>Answers an admin's command.</summary>
/// <param name="Refused">It was not done; the message says why.</param>
public sealed record SiteDone(SiteId Site, string Message, bool Refused) : IWithSiteId;

/// <summary>What a site hands to an active user: the effective policy, the site's own rung and a slice of the shared quotas.</summary>
public sealed record LeaseGranted(
    SiteId Site,
    UserId User,
    string RequestId,
    string LeaseId,
    DateTimeOffset Expires,
    string PolicyVersion,
    GuardPolicy Policy,
    GuardPolicy SitePolicy,
    Rung SiteRung,
    ImmutableArray<SliceAmount> Granted
) : IWithUserId, ISiteTerms
{
    public SitePrior Prior { get; init; } = SitePrior.None;

    public ImmutableArray<PlannedException> SitePlanned { get; init; } = [];

    public long SiteUntil { get; init; }

    public long SiteSince { get; init; }

    /// <summary>Answers a question: these would be granted.</summary>
    public ImmutableArray<SliceAmount> Shown { get; init; } = [];
}

/// <summary>The policy or the site's rung changed: sent to every holder at once.</summary>
public sealed record LeaseChanged(SiteId Site, UserId User, string PolicyVersion, GuardPolicy Policy, GuardPolicy SitePolicy, Rung SiteRung)
    : IWithUserId,
        ISiteTerms
{
    public long SiteUntil { get; init; }

    public long SiteSince { get; init; }

    public SitePrior Prior { get; init; } = SitePrior.None;

    public ImmutableArray<PlannedException> SitePlanned { get; init; } = [];
}

/// <summary>The site needs what is left of a slice.</summary>
public sealed record LeaseRecalled(SiteId Site, UserId User, string LeaseId) : IWithUserId;

/// <summary>Answers <see cref="SiteCommands.NoteReaction"/>.</summary>
public sealed record ReactionNoted(SiteId Site, UserId User, long Effect) : IWithUserId;

/// <summary>One thing that happened to a site.</summary>
public abstract record SiteEvent(SiteId Site, DateTimeOffset At) : IWithSiteId
{
    /// <summary>Who did it by hand; null for what the guard decided itself, and in events of older versions.</summary>
    public Author? By { get; init; }
}

/// <summary>Part of the shared quotas went to a user.</summary>
public sealed record SliceGranted(
    SiteId Site,
    DateTimeOffset At,
    UserId User,
    string RequestId,
    string LeaseId,
    DateTimeOffset Expires,
    ImmutableArray<SliceAmount> Amounts
) : SiteEvent(Site, At);

/// <summary>A user gave back what it did not use.</summary>
public sealed record SliceReturned(SiteId Site, DateTimeOffset At, UserId User, string LeaseId, ImmutableArray<SliceAmount> Left) : SiteEvent(Site, At)
{
    /// <summary>A branch's lot, of which more may come back.</summary>
    public bool IsPart { get; init; }
}

/// <summary>
/// A user of the site changed its reaction. Of the site itself, by the name that stands for it: its report is in the outbox. That is no event of its own, since
/// an older node of a cluster must be able to read it.
/// </summary>
public sealed record UserReactionNoted(SiteId Site, DateTimeOffset At, UserId User, long Effect, Rung To) : SiteEvent(Site, At);

/// <summary>Days of users, for what is usual at the site.</summary>
public sealed record DaysNoted(SiteId Site, DateTimeOffset At, ImmutableArray<DayPattern> Days) : SiteEvent(Site, At);

/// <summary>The site's own reaction changed.</summary>
public sealed record SiteReactionChanged(SiteId Site, DateTimeOffset At, Rung From, Rung To, DateTimeOffset? Until, ImmutableArray<Reason> Reasons)
    : SiteEvent(Site, At)
{
    /// <summary>It is reported; what was journaled before sites reported is not.</summary>
    public bool IsTold { get; init; }
}

/// <summary>Something unusual was announced for every account of the site.</summary>
public sealed record SiteExceptionPlanned(SiteId Site, DateTimeOffset At, PlannedException Planned) : SiteEvent(Site, At);

/// <summary>A planned exception of the site holds no more.</summary>
public sealed record SiteExceptionWithdrawn(SiteId Site, DateTimeOffset At, long Exception) : SiteEvent(Site, At);

/// <summary>The site's time had run ahead of the present, and goes on here.</summary>
public sealed record SiteTimeSetBack(SiteId Site, DateTimeOffset At) : SiteEvent(Site, At);

/// <summary>Everything that is shown of one site.</summary>
public sealed record SiteStatus(
    SiteId Site,
    Rung Rung,
    DateTimeOffset? Until,
    ImmutableArray<QuotaItem> Quotas,
    int Holders,
    ImmutableArray<string> RecentUsers,
    ImmutableArray<PastReaction> History,
    GuardMode Mode
) : IWithSiteId
{
    /// <summary>What was announced and is not over.</summary>
    public ImmutableArray<PlannedItem> Planned { get; init; } = [];
}
