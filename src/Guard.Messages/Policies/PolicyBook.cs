using System.Collections.Frozen;
using Guard.Messages.Identity;

namespace Guard.Messages.Policies;

/// <summary>The policy of one site and of those of its users that have their own.</summary>
/// <param name="Site">The site's name.</param>
/// <param name="Policy">What holds for the site and for users without an entry.</param>
/// <param name="Users">By full user id.</param>
public sealed record SitePolicies(SiteId Site, GuardPolicy Policy, FrozenDictionary<UserId, GuardPolicy> Users)
{
    public GuardPolicy For(UserId user) => Users.TryGetValue(user, out var own) ? own : Policy;
}

/// <summary>Every policy there is, already inherited: default to site to user.</summary>
/// <param name="Version">Changes whenever anything in the book does.</param>
/// <param name="Default">Used by domains without an entry.</param>
/// <param name="Sites">By site.</param>
/// <param name="Domains">Which site a domain belongs to, for sites that group several; a domain not listed is its own site.</param>
public sealed record PolicyBook(string Version, GuardPolicy Default, FrozenDictionary<SiteId, SitePolicies> Sites, FrozenDictionary<string, SiteId> Domains)
{
    public static PolicyBook Of(GuardPolicy policy) =>
        new("built-in", policy, FrozenDictionary<SiteId, SitePolicies>.Empty, FrozenDictionary<string, SiteId>.Empty);

    public SiteId SiteOf(UserId user)
    {
        var domain = user.Domain;
        return Domains.TryGetValue(domain, out var site) ? site : new SiteId(domain);
    }

    /// <summary>What is written for an account's site; null when nothing is, so that the default holds for all of it.</summary>
    public SitePolicies? WrittenFor(UserId user) => Sites.Count == 0 || user.IsNone ? null : Sites.GetValueOrDefault(SiteOf(user));

    public SitePolicies For(SiteId site) =>
        Sites.TryGetValue(site, out var policies) ? policies : new SitePolicies(site, Default, FrozenDictionary<UserId, GuardPolicy>.Empty);
}
