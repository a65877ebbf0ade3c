using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What a user decides under: what its lease told it.</summary>
/// <param name="Policy">The user's effective policy.</param>
/// <param name="SiteQuotas">The site's shared quotas, from the site's own policy.</param>
/// <param name="Site">Where the site itself stands.</param>
/// <param name="Prior">What is usual at the site.</param>
/// <param name="SitePlanned">What was announced for the whole site.</param>
public sealed record UserTerms(
    EffectivePolicy Policy,
    KeyedQuota[] SiteQuotas,
    SiteStanding Site,
    SitePrior Prior,
    ImmutableArray<PlannedException> SitePlanned
)
{
    /// <summary>Where all sites together stand.</summary>
    public SiteStanding Host { get; init; } = SiteStanding.None;

    /// <param name="siteUntil">When the site's rung ends by itself, milliseconds since 1970; 0 when it does not.</param>
    /// <param name="siteSince">See <see cref="SiteStanding.Since"/>.</param>
    public static UserTerms Of(
        GuardPolicy policy,
        GuardPolicy sitePolicy,
        Rung siteRung,
        SitePrior? prior = null,
        ImmutableArray<PlannedException> planned = default,
        long siteUntil = 0,
        long siteSince = 0
    ) =>
        new(
            PolicyCompiler.Compile(policy),
            PolicyCompiler.Compile(sitePolicy).SiteQuotas,
            new SiteStanding(siteRung, siteUntil, sitePolicy.Reactions) { Since = siteSince },
            policy.Learning.FromSite && prior is not null ? prior : SitePrior.None,
            planned.IsDefault ? [] : planned
        );
}
