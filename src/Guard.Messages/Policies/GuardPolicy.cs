using System.Collections.Immutable;
using Guard.Messages.Observations;

namespace Guard.Messages.Policies;

/// <summary>Whether effects are carried out or only written down.</summary>
public enum GuardMode : byte
{
    Observe = 0,
    Enforce = 1,
}

/// <summary>Modes of single effects, so that locks can be switched on before blocks.</summary>
public readonly record struct EffectModes(GuardMode? Lock, GuardMode? Block);

/// <summary>The policy's own view of places. The words are countries, continents, M49 regions, subdivisions, networks.</summary>
public sealed record PlacesPolicy(ImmutableArray<string> Usual, ImmutableArray<string> Suspicious, PlaceClass Others)
{
    public static PlacesPolicy Default { get; } = new([], [], PlaceClass.Neutral);
}

/// <summary>From where one service may be used: allowed and not denied.</summary>
public sealed record ServicePolicy(Service Service, ImmutableArray<string> Allow, ImmutableArray<string> Deny);

/// <summary>Scores in bits from which a rung is reached; null leaves that rung out.</summary>
public sealed record AnomalyThresholds(double? Reported, double? Restricted, double? Suspended, double? Blocked)
{
    public static AnomalyThresholds Default { get; } = new(10, 20, 30, 45);
}

/// <summary>What triggers lead to, how far the ladder goes and how long each rung lasts.</summary>
/// <param name="OnQuota">Rung reached by exceeding a quota.</param>
/// <param name="OnForbiddenPlace">Rung reached by using a service from a place it is not allowed from; the use itself is refused in any case.</param>
/// <param name="OnAnomaly">Rungs reached by the score.</param>
/// <param name="Highest">The cap.</param>
/// <param name="Redirect">For each rung, in order of <see cref="Rung"/>, the rung taken instead; itself when unchanged.</param>
/// <param name="ReportFor">How long an account stays reported.</param>
/// <param name="RestrictFor">How long an account stays restricted, also after a suspension ended.</param>
/// <param name="SuspendFor">How long the account is locked.</param>
/// <param name="BlockFor">How long the account is locked and the addresses are blocked.</param>
/// <param name="RestrictTo">Share of each quota that remains while restricted, 0 to 1.</param>
public sealed record ReactionPolicy(
    Rung OnQuota,
    Rung OnForbiddenPlace,
    AnomalyThresholds OnAnomaly,
    Rung Highest,
    ImmutableArray<Rung> Redirect,
    TimeSpan ReportFor,
    TimeSpan RestrictFor,
    TimeSpan SuspendFor,
    TimeSpan BlockFor,
    double RestrictTo
)
{
    /// <summary>How much a suspension or a block takes away.</summary>
    public LockGrade Lock { get; init; } = LockGrade.Everything;

    public static ImmutableArray<Rung> NoRedirect { get; } = [Rung.Normal, Rung.Reported, Rung.Restricted, Rung.Suspended, Rung.Blocked];

    public static ReactionPolicy Default { get; } =
        new(
            Rung.Restricted,
            Rung.Reported,
            AnomalyThresholds.Default,
            Rung.Blocked,
            NoRedirect,
            TimeSpan.FromDays(1),
            TimeSpan.FromDays(1),
            TimeSpan.FromHours(1),
            TimeSpan.FromDays(1),
            0.1
        );
}

/// <summary>When an account is known well enough for its score to count in full.</summary>
/// <param name="Days">Days since the account was first seen.</param>
/// <param name="ActiveDays">Different days with a successful login or a submission.</param>
/// <param name="FromSite">Whether what is usual at the site counts for its accounts: shared lines, where its users go, where guesses come from.</param>
public sealed record LearningPolicy(int Days, int ActiveDays, bool FromSite = true)
{
    public static LearningPolicy Default { get; } = new(14, 5);
}

/// <summary>Failed logins that put an address on the block list. They never lock an account.</summary>
/// <param name="Failures">Failures from one address (IPv6: one /64) within <paramref name="Within"/>; 0 switches all of this off.</param>
public sealed record BruteForcePolicy(int Failures, TimeSpan Within)
{
    public static BruteForcePolicy Default { get; } = new(20, TimeSpan.FromHours(1));

    /// <summary>Different names that an address fails at within <see cref="Within"/>; 0: as many as it likes.</summary>
    public int Accounts { get; init; } = 10;

    /// <summary>Different names that an address fails at within a day; 0: as many as it likes.</summary>
    public int AccountsDaily { get; init; } = 30;

    /// <summary>Failures from a network (IPv4 /24, IPv6 /48) within <see cref="Within"/>, or twice as many within a day, of several addresses together; 0: as
    /// many as they like.</summary>
    public int NetworkFailures { get; init; } = 100;
}

/// <summary>How many accounts of a site must be restricted or worse within an hour for the site itself to reach a rung; 0 leaves the rung out.</summary>
public sealed record SiteAlarmPolicy(int Reported, int Restricted, int Suspended = 0, int Blocked = 0)
{
    public static SiteAlarmPolicy Default { get; } = new(3, 0);
}

/// <summary>The complete, effective policy of one user or site: nothing is left to inherit.</summary>
public sealed record GuardPolicy(
    GuardMode Mode,
    PlacesPolicy Places,
    ImmutableArray<ServicePolicy> Services,
    ImmutableArray<Quota> Quotas,
    ReactionPolicy Reactions,
    LearningPolicy Learning,
    BruteForcePolicy BruteForce,
    SiteAlarmPolicy SiteAlarm
)
{
    /// <summary>Whether locks and blocks are carried out; null leaves it to <see cref="Mode"/>.</summary>
    public EffectModes Effects { get; init; }

    /// <summary>Who is told of what happens.</summary>
    public ReportPolicy Reports { get; init; } = ReportPolicy.Default;

    /// <summary>Over so many branches a site with shared quotas parts its accounts; 0: none.</summary>
    public int Branches { get; init; }

    public static GuardPolicy Default { get; } =
        new(GuardMode.Observe, PlacesPolicy.Default, [], [], ReactionPolicy.Default, LearningPolicy.Default, BruteForcePolicy.Default, SiteAlarmPolicy.Default);
}
