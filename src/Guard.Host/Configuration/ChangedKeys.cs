namespace Guard.Host.Configuration;

/// <summary>What a reload of the configuration finds changed and does not take over: it holds from the next start.</summary>
public static class ChangedKeys
{
    private static readonly string[] TakenOver = ["accountguard.policy", "accountguard.mode", "accountguard.intake.logs.virtual-map"];

    /// <summary>The keys that differ, in order, without those that a reload takes over.</summary>
    public static IReadOnlyList<string> ThatNeedAStart(ConfigurationNode? before, ConfigurationNode? after)
    {
        var (was, now) = (Leaves(before), Leaves(after));
        return
        [
            .. was
                .Keys.Union(now.Keys)
                .Where(key => was.GetValueOrDefault(key) != now.GetValueOrDefault(key))
                .Where(key => !TakenOver.Any(taken => key == taken || key.StartsWith(taken + ".", StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, string> Leaves(ConfigurationNode? node)
    {
        var leaves = new Dictionary<string, string>();
        if (node is not null)
            Add(leaves, "", node);
        return leaves;
    }

    private static void Add(Dictionary<string, string> leaves, string key, ConfigurationNode node)
    {
        if (node.Object is not { } members)
        {
            leaves[key] = NodeText.Json(node);
            return;
        }
        foreach (var (name, member) in members)
            Add(leaves, key.Length == 0 ? name : $"{key}.{name}", member);
    }
}
