using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Messages.Users;

/// <summary>How familiar a country, network or service is.</summary>
/// <param name="Kind"><c>country</c>, <c>network</c>, <c>service</c>, <c>pending</c>.</param>
/// <param name="Days">Days seen, older ones fading.</param>
public sealed record FamiliarItem(string Kind, string Name, double Days, DateTimeOffset LastSeen);

/// <summary>What is usual per active window, and what the present window holds.</summary>
public sealed record RateItem(string Measure, string Per, double Now, double Usual, double Windows);

/// <summary>How much of a quota is used.</summary>
public sealed record QuotaItem(string Quota, long Used, long Limit);

/// <summary>A past change of the reaction.</summary>
public sealed record PastReaction(
    DateTimeOffset At,
    Rung From,
    Rung To,
    DateTimeOffset? Until,
    double Score,
    string Address,
    string Country,
    ImmutableArray<Reason> Reasons
)
{
    /// <summary>Who did it by hand; null for what the guard decided itself.</summary>
    public Author? By { get; init; }
}

/// <summary>Everything <c>explain</c> shows of one user.</summary>
public sealed record UserStatus(
    UserId User,
    SiteId Site,
    bool Known,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    double ActiveDays,
    bool Learning,
    Rung Rung,
    Rung SiteRung,
    DateTimeOffset? Until,
    double LastScore,
    ImmutableArray<Reason> LastReasons,
    UserTotals Totals,
    ImmutableArray<FamiliarItem> Familiar,
    ImmutableArray<RateItem> Rates,
    ImmutableArray<QuotaItem> Quotas,
    ImmutableArray<PastReaction> History,
    GuardMode Mode
) : IWithUserId
{
    /// <summary>The next rung that a score leads to from where the user stands; null at the top, or where no score does.</summary>
    public Rung? NextRung { get; init; }

    /// <summary>Score in bits from which it is reached.</summary>
    public double NextScore { get; init; }

    /// <summary>
    /// In how many of the last eight weeks the account was active in each hour of the week (UTC): 168 values of 0 to 8, Monday 0 h first. Empty from an older
    /// node.
    /// </summary>
    public ImmutableArray<byte> Week { get; init; } = [];

    /// <summary>How much of a day is expected, for logins, mails and recipients.</summary>
    public ImmutableArray<DayBand> Bands { get; init; } = [];

    /// <summary>Share of the recipients of the last hours that do not exist, the usual share, and of how many recipients the result is known lately.</summary>
    public FailedShare FailedRecipients { get; init; }

    /// <summary>What was announced, of the account and of its site, and is not over.</summary>
    public ImmutableArray<PlannedItem> Planned { get; init; } = [];

    /// <summary>How many of its mails are held in queues. The entity does not know: whoever shows the status asks the nodes.</summary>
    public int HeldMails { get; init; }

    /// <summary>What is missing on the asked machine for its lock to hold. The entity does not know: whoever shows the status asks the node.</summary>
    public ImmutableArray<Reason> Gaps { get; init; } = [];

    /// <summary>How much the present lock takes away; of the policy when there is none.</summary>
    public LockGrade Grade { get; init; }

    /// <summary>What is stored of it cannot be read: nothing of it is counted or judged, and everything else here is empty.</summary>
    public bool IsUnreadable { get; init; }
}

/// <summary>What an active day usually holds of something: one of twenty less than <paramref name="Low"/>, one of a hundred more than
/// <paramref name="High"/>.</summary>
public sealed record DayBand(string Measure, double Low, double Usual, double High);

/// <summary>Shares from 0 to 1.</summary>
public readonly record struct FailedShare(double Now, double Usual, double Of);

/// <summary>What was ever counted for an account.</summary>
/// <param name="Logins">That succeeded, refused ones too.</param>
/// <param name="Stopped">Mails that were, or would have been, refused.</param>
public readonly record struct UserTotals(long Logins, long Failures, long Submissions, long Recipients, long Stopped, long Delivered, long Bounced)
{
    /// <summary>Logins that were, or would have been, refused although the password was right.</summary>
    public long RefusedLogins { get; init; }
}
