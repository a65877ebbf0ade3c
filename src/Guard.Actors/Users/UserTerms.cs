using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What a user decides under: what its lease told it.</summary>
/// <param name="Policy">The user's effective policy.</param>
/// <param name="SiteQuotas">The site's shared quotas, from the site's own policy.</param>
/// <param name="SiteRung">Where the site itself stands.</param>
/// <param name="Prior">What is usual at the site.</param>
/// <param name="SitePlanned">What was announced for the whole site.</param>
public sealed record UserTerms(EffectivePolicy Policy, KeyedQuota[] SiteQuotas, Rung SiteRung, SitePrior Prior, ImmutableArray<PlannedException> SitePlanned)
{
    public static UserTerms Of(
        GuardPolicy policy,
        GuardPolicy sitePolicy,
        Rung siteRung,
        SitePrior? prior = null,
        ImmutableArray<PlannedException> planned = default
    ) =>
        new(
            PolicyCompiler.Compile(policy),
            PolicyCompiler.Compile(sitePolicy).SiteQuotas,
            siteRung,
            policy.Learning.FromSite && prior is not null ? prior : SitePrior.None,
            planned.IsDefault ? [] : planned
        );
}
