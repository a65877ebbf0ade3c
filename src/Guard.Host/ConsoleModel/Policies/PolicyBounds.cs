using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guard.Actors.Policies;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>
/// Keeps what owners of sites set within what the administrator left to them: page, API and import come through here. An owner may keep what is in force, go back
/// to what is inherited, and be stricter than either, or than an explicit ceiling (<see cref="OwnerBounds"/>).
/// </summary>
internal sealed class PolicyBounds
{
    /// <summary>Keys beside a policy's own that decide over others.</summary>
    private static readonly string[] Reserved = [OwnerBounds.Key, "domains"];

    private static readonly ILookup<string, BoundRule> Rules = BoundRules.All.ToLookup(rule => rule.Path.Split('.')[0]);

    private readonly string _site;
    private readonly string? _user;
    private readonly OwnerBounds _bounds;
    private readonly SitePolicies _present;
    private readonly ImmutableArray<SitePolicies> _ceilings;

    /// <param name="present">The policies in force.</param>
    /// <param name="subject">A site or an account.</param>
    public PolicyBounds(LayeredPolicies present, string subject)
    {
        var (site, user) = OverrideSubject.Parse(subject);
        (_site, _user) = (site!, user);
        _bounds = present.BoundsOf(_site);
        _present = present.ReadSite(_site);
        var given = present.WithoutSite(_site);
        _ceilings =
        [
            (present with { Set = present.Set.Remove(subject) }).ReadSite(_site),
            given.ReadSite(_site),
            .. _bounds.Ceiling is { } ceiling ? [given.With(_site, JsonNodes.Json(ceiling)!.ToJsonString()).ReadSite(_site)] : Array.Empty<SitePolicies>(),
            _present,
        ];
    }

    /// <summary>How far each section may be changed, with the loosest that may be set.</summary>
    public ImmutableArray<PolicyBound> Show()
    {
        var loosest = Of(_ceilings.Length > 3 ? _ceilings[2] : _ceilings[0], _user);
        return
        [
            .. PolicyJson
                .Write(loosest)
                .Select(section => new PolicyBound(
                    section.Key,
                    FreedomOf(section.Key).ToString().ToLowerInvariant(),
                    FreedomOf(section.Key) == OwnerFreedom.Free ? null : section.Value?.DeepClone()
                )),
        ];
    }

    /// <summary>Where a draft goes further than owners may.</summary>
    /// <param name="own">What is set for the subject now, and what shall be.</param>
    public IEnumerable<PolicyMistake> Mistakes(LayeredPolicies draft, JsonObject own, JsonObject proposed)
    {
        foreach (var key in Reserved.Where(key => !JsonNode.DeepEquals(own[key], proposed[key])))
            yield return new PolicyMistake(key, "is the administrator's", "nothing else than what is set");
        var next = draft.ReadSite(_site);
        if (_user is not null)
        {
            foreach (var mistake in Compare(next, _user, ""))
                yield return mistake;
            yield break;
        }
        foreach (var mistake in Compare(next, null, ""))
            yield return mistake;
        foreach (var user in next.Users.Keys.Union(_present.Users.Keys).OrderBy(user => user.Value, StringComparer.Ordinal))
        {
            foreach (var mistake in Compare(next, user.Value, $"users.{user.Value}."))
                yield return mistake;
        }
    }

    private IEnumerable<PolicyMistake> Compare(SitePolicies site, string? user, string prefix)
    {
        var next = Of(site, user);
        var present = PolicyJson.Write(Of(_present, user));
        var places = FreedomOf("places");
        foreach (var (section, value) in PolicyJson.Write(next))
        {
            switch (FreedomOf(section))
            {
                case OwnerFreedom.Free:
                    break;
                case OwnerFreedom.No:
                    if (!JsonNode.DeepEquals(value, present[section]))
                        yield return new PolicyMistake(prefix + section, "is changed by the administrator only", $"what holds now: {Text(present[section])}");
                    break;
                default:
                    foreach (var rule in Rules[section].Where(rule => !_ceilings.Any(most => rule.Within(next, Of(most, user), places))))
                        yield return new PolicyMistake(
                            prefix + rule.Path,
                            "is not what the administrator leaves to owners",
                            Expected(rule, next, user, places)
                        );
                    break;
            }
        }
    }

    private string Expected(BoundRule rule, GuardPolicy next, string? user, OwnerFreedom places)
    {
        var most = Of(_ceilings.Length > 3 ? _ceilings[2] : _ceilings[0], user);
        if (rule.Path == "quotas" && BoundRules.MissingQuota(next, most, places) is { } quota)
            return $"a quota at least as strict as {new KeyedQuota(quota).Describe(quota.Limit)}{(quota.Alarm ? " with alarm" : "")}";
        JsonNode? at = PolicyJson.Write(most);
        foreach (var key in rule.Path.Split('.'))
            at = at?[key];
        return $"nothing looser than {Text(at)}";
    }

    /// <summary>What no rule knows is not for owners.</summary>
    private OwnerFreedom FreedomOf(string section) => Rules.Contains(section) ? _bounds.Of(section) : OwnerFreedom.No;

    private static GuardPolicy Of(SitePolicies site, string? user) => user is null ? site.Policy : site.For(new Messages.Identity.UserId(user));

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "nothing";
}
