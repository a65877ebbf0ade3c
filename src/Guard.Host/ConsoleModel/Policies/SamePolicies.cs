using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>
/// Takes over from the book before what did not change, so that a changed site does not make all other sites tell all of their active accounts.
/// </summary>
internal static class SamePolicies
{
    public static PolicyBook Keep(PolicyBook before, PolicyBook after)
    {
        var everybody = Same(before.Default, after.Default) ? before.Default : after.Default;
        var sites = after.Sites.ToDictionary(
            site => site.Key,
            site => before.Sites.TryGetValue(site.Key, out var known) && Same(known, site.Value) ? known : site.Value
        );
        return after with { Default = everybody, Sites = sites.ToFrozenDictionary() };
    }

    private static bool Same(SitePolicies one, SitePolicies other) =>
        Same(one.Policy, other.Policy)
        && one.Users.Count == other.Users.Count
        && one.Users.All(user => other.Users.TryGetValue(user.Key, out var policy) && Same(user.Value, policy));

    private static bool Same(GuardPolicy one, GuardPolicy other) => JsonNode.DeepEquals(PolicyJson.Write(one), PolicyJson.Write(other));
}
