using System.Collections.Frozen;
using Guard.Messages.Identity;

namespace Guard.Host.Configuration;

/// <summary>Which domains each site has: those it lists, and its own name, since a domain nobody lists is a site by that name.</summary>
internal sealed class SiteDomains
{
    private readonly Dictionary<string, SiteId> _listed = [];
    private readonly Dictionary<SiteId, List<string>> _bySite = [];

    public SiteDomains(FaultCollector faults, NodeReader sites)
    {
        foreach (var name in sites.Keys)
        {
            if (sites.Raw(name) is not { Object: not null } node)
                continue;
            var site = new SiteId(name.ToLowerInvariant());
            var own = _bySite.TryGetValue(site, out var known) ? known : _bySite[site] = [];
            var reader = new NodeReader(node, node.Origin, faults);
            faults.Ask(reader.OriginOf("domains").Key.ToString());
            faults.Ask(reader.OriginOf("users").Key.ToString());
            foreach (var word in reader.WordNodes("domains"))
                List(faults, reader.OriginOf("domains") with { Line = word.Origin.Line }, site, word.Text!.Trim().ToLowerInvariant(), own);
        }
        foreach (var (site, own) in _bySite)
        {
            if (!_listed.ContainsKey(site.Value))
                own.Add(site.Value);
            else if (_listed[site.Value] != site)
                faults.Add(
                    sites.OriginOf(sites.Keys.First(name => name.ToLowerInvariant() == site.Value)),
                    $"is a domain of the site {_listed[site.Value]}, so its own policy would never hold",
                    "a domain in one place"
                );
        }
    }

    public FrozenDictionary<string, SiteId> Table => _listed.ToFrozenDictionary();

    public IReadOnlyList<string> Of(SiteId site) => _bySite.TryGetValue(site, out var domains) ? domains : [];

    private void List(FaultCollector faults, Origin origin, SiteId site, string domain, List<string> own)
    {
        if (domain.Length == 0 || domain.Any(c => char.IsWhiteSpace(c) || c == '@'))
            faults.Add(origin, $"'{domain}' is not a domain", "names such as example.com");
        else if (_listed.TryAdd(domain, site))
            own.Add(domain);
        else
            faults.Add(origin, $"'{domain}' belongs to {(_listed[domain] == site ? "this site" : $"the site {_listed[domain]}")} already", "each domain once");
    }
}
