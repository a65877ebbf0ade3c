using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Finds rules that can never fire, or that fire always and cannot be meant. Looks at what a policy says itself, under what it inherits.</summary>
internal sealed class DeadRules(FaultCollector faults)
{
    public void Look(ConfigurationNode own, GuardPolicy policy)
    {
        Quotas(own, policy);
        if (own.Find("places") is { } places)
        {
            foreach (var list in new[] { "usual-list", "suspicious-list" })
                Continents(places.Find(list));
        }
        foreach (var (name, service) in own.Find("services")?.Object ?? ImmutableDictionary<string, ConfigurationNode>.Empty)
            Service(name, service, policy);
        if (own.Find("brute-force", "failures") is { } failures && policy.Reactions.Highest < Rung.Blocked && policy.BruteForce.Failures > 0)
            faults.Warn(
                failures.Origin,
                $"highest = {Name(policy.Reactions.Highest)} is below blocked: no address is ever blocked for failures",
                "highest = blocked"
            );
    }

    private void Quotas(ConfigurationNode own, GuardPolicy policy)
    {
        var list = own.Find("quotas")?.List;
        if (list is not null && list.Count != policy.Quotas.Length)
            return;
        for (var i = 0; i < policy.Quotas.Length; i++)
        {
            var quota = policy.Quotas[i];
            // Inherited quotas concern a policy only where it changes what they depend on.
            if ((list?[i] ?? own.Find("places")) is not { } at)
                continue;
            if (!Occurs(policy.Places, quota.When))
                faults.Warn(at.Origin, $"the quota{For(quota.When)} never fires: no place is {Name(quota.When)}", Needed(quota.When));
            if (list is not null && policy.Quotas.FirstOrDefault(other => GoesBefore(other, quota)) is { } tighter)
                faults.Warn(
                    at.Origin,
                    $"never fires: {tighter.Limit} {Name(tighter.Unit)} in {NodeReader.Show(tighter.Per)} are used up before {quota.Limit} in {NodeReader.Show(quota.Per)}",
                    "less in the shorter window, or one of the two"
                );
        }
    }

    private static string For(PlaceClass when) => when == PlaceClass.Elsewhere ? " for elsewhere" : $" for {Name(when)} places";

    private static bool Occurs(PlacesPolicy places, PlaceClass when) =>
        when switch
        {
            PlaceClass.Suspicious => !places.Suspicious.IsEmpty || places.Others == PlaceClass.Suspicious,
            PlaceClass.Usual => (!places.Usual.IsEmpty || places.Others == PlaceClass.Usual) && !places.Suspicious.Contains("*"),
            PlaceClass.Neutral => places.Others == PlaceClass.Neutral && !places.Usual.Contains("*") && !places.Suspicious.Contains("*"),
            PlaceClass.Elsewhere => Occurs(places, PlaceClass.Neutral) || Occurs(places, PlaceClass.Suspicious),
            _ => true,
        };

    private static string Needed(PlaceClass when) =>
        when switch
        {
            PlaceClass.Neutral => "others = neutral",
            PlaceClass.Elsewhere => "others = neutral or suspicious, or places in suspicious-list",
            _ => $"places in {Name(when)}-list, or others = {Name(when)}",
        };

    /// <summary>Whether another quota of the same things is always used up before: the longer window holds no more.</summary>
    private static bool GoesBefore(Quota other, Quota quota) =>
        !ReferenceEquals(other, quota)
        && other.Unit == quota.Unit
        && other.Of == quota.Of
        && other.When.Includes(quota.When)
        && other.Per >= quota.Per
        && (other.Limit < quota.Limit || (other.Limit == quota.Limit && (other.Per > quota.Per || other.When != quota.When)));

    private void Service(string name, ConfigurationNode node, GuardPolicy policy)
    {
        var (allow, deny) = (node.Find("allow"), node.Find("deny"));
        Continents(allow);
        Continents(deny);
        if (allow is { List.Count: 0 })
            faults.Warn(allow.Origin, "an empty list allows nobody: every use is refused", "allow = [\"*\"], or places");
        if (policy.Services.FirstOrDefault(one => name == "*" || Name(one.Service) == name) is not { } service)
            return;
        if ((deny ?? allow) is not { } at || !PlaceSet.TryParse(service.Allow, out var allowed, out _) || !allowed.IsOfCountries)
            return;
        foreach (var word in service.Deny)
        {
            // Elsewhere nothing is let in anyway.
            if (
                !word.StartsWith('!')
                && PlaceSet.TryParse([word], out var denied, out _)
                && denied.IsOfCountries
                && !Countries.All.Select(country => new Place(default, Country: country.Code)).Any(place => denied.Contains(place) && allowed.Contains(place))
            )
                faults.Warn(LineOf(at, word), $"deny {word} never fires: allow has nothing of it", "places in deny that allow lets in");
        }
    }

    /// <summary>AF, AS, NA and SA are countries as well as continents: beside a continent they are hardly meant as countries.</summary>
    private void Continents(ConfigurationNode? list)
    {
        var words = list?.List?.Where(item => item.Text is not null).ToList() ?? [];
        if (!words.Any(item => IsContinent(item.Text!)))
            return;
        foreach (var item in words)
        {
            var code = item.Text!.Trim().TrimStart('!').ToUpperInvariant();
            if (Countries.Find(code) is { } country && Countries.Continents.TryGetValue(code, out var continent))
                faults.Warn(
                    LineOf(list!, item.Text!),
                    $"{code} is the country {country.Name}, and continents stand beside it",
                    $"continent:{code} for {continent}, or \"{country.Name}\""
                );
        }
    }

    private static bool IsContinent(string word)
    {
        var text = word.Trim().TrimStart('!');
        return text.StartsWith("continent:", StringComparison.OrdinalIgnoreCase)
            || (Countries.Find(text.ToUpperInvariant()) is null && Countries.Continents.ContainsKey(text.ToUpperInvariant()))
            || Countries.Continents.Values.Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The key of the list, and the line of the word in it.</summary>
    private static Origin LineOf(ConfigurationNode list, string word) =>
        list.List?.FirstOrDefault(item => item.Text == word) is { } item ? list.Origin with { Line = item.Origin.Line } : list.Origin;

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
