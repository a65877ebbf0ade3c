using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads policies, each on top of what it inherits: default, then site, then user. Objects merge; lists replace.</summary>
/// <param name="rates">What scores mean that are written as a rate of wrong alarms.</param>
public sealed class PolicyReader(FaultCollector faults, GuardMode mode, AlarmRates rates)
{
    private readonly PolicyWarnings _warnings = new(faults);

    private PolicySections Sections => field ??= new PolicySections(faults, mode, rates);

    /// <param name="node">The same section as a tree, for the version.</param>
    public PolicyBook Read(NodeReader policy, ConfigurationNode? node)
    {
        var defaults = policy.SectionNode("default") ?? ConfigurationNode.Empty(policy.OriginOf("default"));
        var everyone = Sections.Read(defaults, OwnerBounds.Key);
        OwnerBoundsReader.Read(new NodeReader(defaults, defaults.Origin, faults).Section(OwnerBounds.Key), faults);
        Branches(defaults, everyone);
        _warnings.Look(defaults, everyone);
        var siteNode = policy.Section("sites");
        var domains = new SiteDomains(faults, siteNode);
        var sites = new Dictionary<SiteId, SitePolicies>();
        foreach (var name in siteNode.Keys)
        {
            // A tree of mistakes inherited by thousands of sites would take long and tell nothing new.
            if (siteNode.SectionNode(name) is not { } own || faults.IsFull)
                continue;
            var id = new SiteId(name.ToLowerInvariant());
            var site = One(id, own, defaults, domains.Of(id));
            if (!sites.TryAdd(id, site))
                siteNode.Fault(name, "is a site already, in other letters", "each site once");
        }
        policy.Close();
        return new PolicyBook(VersionOf(node), everyone, sites.ToFrozenDictionary(), domains.Table);
    }

    private SitePolicies One(SiteId site, ConfigurationNode own, ConfigurationNode defaults, IReadOnlyList<string> domains)
    {
        var reader = new NodeReader(own, own.Origin, faults);
        var merged = own.Over(defaults);
        var policy = Sections.Read(merged, "users", "domains", OwnerBounds.Key);
        if (reader.Has(OwnerBounds.Key))
            OwnerBoundsReader.Read(new NodeReader(merged, merged.Origin, faults).Section(OwnerBounds.Key), faults);
        Branches(own, policy);
        _warnings.Look(own, policy);
        var users = new Dictionary<UserId, GuardPolicy>();
        var bare = new Dictionary<UserId, GuardPolicy>();
        var userNode = reader.Section("users");
        foreach (var key in userNode.Keys)
        {
            if (userNode.SectionNode(key) is not { } userOwn || faults.IsFull)
                continue;
            var user = Sections.Read(userOwn.Over(WithoutSiteKeys(merged)));
            if (userOwn.Find("branches") is { } branches)
                faults.Add(branches.Origin, "branches are a site's, not an account's", "branches beside the site's quotas");
            _warnings.Look(userOwn, user, policy);
            foreach (var id in Named(userNode, key, domains))
            {
                if (!(key.Contains('@') ? users : bare).TryAdd(id, user))
                    userNode.Fault(key, $"names {id} again, in other letters", "each user once");
            }
        }
        // A key with a domain is meant more than one that stands for every domain of the site.
        foreach (var (id, user) in bare)
            users.TryAdd(id, user);
        return new SitePolicies(site, policy, users.ToFrozenDictionary());
    }

    /// <summary>Branches share out amounts: which of different things are counted only the site itself knows.</summary>
    private void Branches(ConfigurationNode own, GuardPolicy policy)
    {
        if (own.Find("branches") is { } branches && policy.Branches > 0 && !policy.Quotas.Any(quota => quota.Of == QuotaScope.Site && !quota.IsDistinct))
            faults.Add(branches.Origin, "branches share out a quota of the whole site, and there is none", "0, or a quota with of = site that counts amounts");
    }

    /// <summary>A local part alone is that user in every domain of the site; with a domain it is one user.</summary>
    private static IEnumerable<UserId> Named(NodeReader users, string key, IReadOnlyList<string> domains)
    {
        var user = new UserId(key.ToLowerInvariant());
        if (!key.Contains('@'))
            return domains.Select(domain => new UserId($"{user.Value}@{domain}"));
        if (user.Local.Length > 0 && domains.Contains(user.Domain))
            return [user];
        users.Fault(key, $"'{key}' is no user of this site", $"a local part, or one with a domain of the site: {string.Join(", ", domains.Take(5))}");
        return [];
    }

    private static ConfigurationNode WithoutSiteKeys(ConfigurationNode site) =>
        ConfigurationNode.Of(site.Object!.Where(member => member.Key is not ("users" or "domains" or OwnerBounds.Key)).ToDictionary(), site.Origin);

    /// <summary>
    /// The host's mode is part of it: policies that say none have it. So is what rates mean at present. Where no policy is written there is nothing to hash, and
    /// the helper, which has none, loads no OpenSSL for it.
    /// </summary>
    private string VersionOf(ConfigurationNode? node) =>
        node is null
            ? $"built-in-{mode.ToString().ToLowerInvariant()}"
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{mode} {rates.Meant}{NodeText.Json(node)}")))[..12];
}
