using Guard.Actors.Policies;
using Guard.Messages.Policies;

namespace Guard.Actors.Users;

/// <summary>What a user decides under: what its lease told it.</summary>
/// <param name="Policy">The user's effective policy.</param>
/// <param name="SiteQuotas">The site's shared quotas, from the site's own policy.</param>
/// <param name="SiteRung">Where the site itself stands.</param>
public sealed record UserTerms(EffectivePolicy Policy, KeyedQuota[] SiteQuotas, Rung SiteRung)
{
    public static UserTerms Of(GuardPolicy policy, GuardPolicy sitePolicy, Rung siteRung) =>
        new(PolicyCompiler.Compile(policy), PolicyCompiler.Compile(sitePolicy).SiteQuotas, siteRung);
}
