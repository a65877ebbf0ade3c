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
public sealed record QuotaItem(string Quota, int Used, int Limit);

/// <summary>A past change of the reaction.</summary>
public sealed record PastReaction(DateTimeOffset At, Rung From, Rung To, DateTimeOffset? Until, double Score, string Address, string Country, ImmutableArray<Reason> Reasons);

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
    GuardMode Mode) : IWithUserId
{
    /// <summary>The next rung that a score leads to from where the user stands; null at the top, or where no score does.</summary>
    public Rung? NextRung { get; init; }

    /// <summary>Score in bits from which it is reached.</summary>
    public double NextScore { get; init; }

    /// <summary>Share of the recipients of the last hours that do not exist, the usual share, and of how many recipients the result is known lately.</summary>
    public FailedShare FailedRecipients { get; init; }

    /// <summary>What was announced, of the account and of its site, and is not over.</summary>
    public ImmutableArray<PlannedItem> Planned { get; init; } = [];
}

/// <summary>Shares from 0 to 1.</summary>
public readonly record struct FailedShare(double Now, double Usual, double Of);

/// <summary>What was ever counted for an account.</summary>
public readonly record struct UserTotals(long Logins, long Failures, long Submissions, long Recipients, long Stopped, long Delivered, long Bounced);
