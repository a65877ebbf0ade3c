using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>Terms that are the same for many accounts are one object: those of a site's accounts differ only where an account has a policy of its
/// own.</summary>
internal sealed class SharedTerms
{
    private readonly ConditionalWeakTable<SitePrior, Known> _known = [];

    /// <summary>As the site told.</summary>
    public UserTerms Of(ISiteTerms told) => Of(told.Policy, told.SitePolicy, told.SiteRung, told.SiteSince, told.SiteUntil, told.Prior, told.SitePlanned);

    /// <summary>Without a site that answers.</summary>
    public UserTerms Alone(GuardPolicy policy, GuardPolicy sitePolicy) => Of(policy, sitePolicy, Rung.Normal, 0, 0, SitePrior.None, []);

    private UserTerms Of(
        GuardPolicy policy,
        GuardPolicy sitePolicy,
        Rung siteRung,
        long siteSince,
        long siteUntil,
        SitePrior prior,
        ImmutableArray<PlannedException> planned
    )
    {
        // A prior is a site's own, and another one each time the site has learnt.
        if (
            _known.TryGetValue(prior, out var known)
            && ReferenceEquals(known.Policy, policy)
            && ReferenceEquals(known.SitePolicy, sitePolicy)
            && known.Terms.Site.Rung == siteRung
            && known.Terms.Site.Since == siteSince
            && known.Terms.Site.Until == siteUntil
            && known.Terms.SitePlanned == planned
        )
            return known.Terms;
        var terms = UserTerms.Of(policy, sitePolicy, siteRung, prior, planned, siteUntil, siteSince);
        if (!planned.IsDefault)
            _known.AddOrUpdate(prior, new Known(policy, sitePolicy, terms));
        return terms;
    }

    private sealed record Known(GuardPolicy Policy, GuardPolicy SitePolicy, UserTerms Terms);
}
