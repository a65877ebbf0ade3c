using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Finds what is allowed and hardly meant. Looks only at what a policy says itself: what it inherits was looked at before.</summary>
internal sealed class PolicyWarnings(FaultCollector faults)
{
    private readonly DeadRules _dead = new(faults);

    /// <param name="site">The policy of the user's site, when this is a user's.</param>
    public void Look(ConfigurationNode own, GuardPolicy policy, GuardPolicy? site = null)
    {
        Rungs(own, policy.Reactions);
        Places(own, policy.Places);
        Quotas(own, policy, site);
        _dead.Look(own, policy);
    }

    /// <summary>Only a rung asked for beside or below its cap: lowering the cap of an inherited ladder is what the cap is for.</summary>
    private void Rungs(ConfigurationNode own, ReactionPolicy reactions)
    {
        foreach (var (key, rung) in new[] { ("on-quota", reactions.OnQuota), ("on-forbidden-place", reactions.OnForbiddenPlace) })
        {
            if (own.Find("reactions", key) is not { } asked || rung <= reactions.Highest)
                continue;
            var highest = own.Find("reactions", "highest") ?? asked;
            faults.Warn(
                highest.Origin,
                $"highest = {Name(reactions.Highest)} is lower than {key} = {Name(rung)}, which is never reached",
                $"highest = {Name(rung)} or more"
            );
        }
    }

    private void Places(ConfigurationNode own, PlacesPolicy places)
    {
        var (usual, suspicious) = (own.Find("places", "usual-list"), own.Find("places", "suspicious-list"));
        if (usual is null && suspicious is null)
            return;
        var known = places.Usual.Select(Same).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var word in places.Suspicious.Where(word => known.Contains(Same(word))))
        {
            var list = suspicious ?? usual!;
            var item = list.List?.FirstOrDefault(item => item.Text is { } text && Same(text) == Same(word));
            faults.Warn(
                list.Origin with
                {
                    Line = item?.Origin.Line ?? list.Origin.Line,
                },
                $"'{word}' is in usual-list as well and counts as suspicious",
                "each place in one of the lists"
            );
        }
    }

    /// <summary>A user can never use up what its site runs out of first.</summary>
    private void Quotas(ConfigurationNode own, GuardPolicy policy, GuardPolicy? site)
    {
        if (own.Find("quotas")?.List is not { } list || list.Count != policy.Quotas.Length)
            return;
        var shared = (site ?? policy).Quotas.Where(quota => quota.Of == QuotaScope.Site).ToArray();
        for (var i = 0; i < list.Count; i++)
        {
            var quota = policy.Quotas[i];
            if (site is not null && quota.Of == QuotaScope.Site)
                faults.Warn(
                    list[i].Origin,
                    "is a quota of the site in a user's policy, where it counts for nothing",
                    "of = user, or the quota among those of the site"
                );
            if (site is not null && quota.Of is QuotaScope.Address or QuotaScope.Network)
                faults.Warn(
                    list[i].Origin,
                    "is a quota of addresses in a user's policy, where it counts for nothing",
                    "the quota among those of the site, or of everybody"
                );
            if (quota.Of != QuotaScope.User || shared.FirstOrDefault(one => Binds(one, quota)) is not { } tight)
                continue;
            var at = site is null ? list[policy.Quotas.IndexOf(tight)] : list[i];
            faults.Warn(
                at.Origin,
                $"the site may have {tight.Limit} {Name(tight.Unit)} in {NodeReader.Show(tight.Per)}, which is less than one user's {quota.Limit} in {NodeReader.Show(quota.Per)}",
                "a quota of the site above that of one user"
            );
        }
    }

    private static bool Binds(Quota site, Quota user) =>
        site.Unit == user.Unit && site.Per >= user.Per && site.Limit < user.Limit && site.When.Includes(user.When);

    /// <summary>GB and United Kingdom are one place.</summary>
    private static string Same(string word)
    {
        var text = word.Trim();
        return Countries.All.FirstOrDefault(country => string.Equals(country.Name, text, StringComparison.OrdinalIgnoreCase))?.Code ?? text.ToUpperInvariant();
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
