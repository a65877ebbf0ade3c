using System.Collections.Frozen;

namespace Guard.Host.Configuration;

/// <summary>Settings that differ from node to node, or are secret, from the environment: a container has no file of its own. They go before the file, after
/// <c>--set</c>.</summary>
public static class EnvironmentSettings
{
    /// <summary>Variables with the keys that they set; those that end with <c>[]</c> are lists, divided by commas.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } =
        new Dictionary<string, string>
        {
            ["ACCOUNTGUARD_CLUSTER_LISTEN"] = "accountguard.cluster.listen",
            ["ACCOUNTGUARD_CLUSTER_ADVERTISE"] = "accountguard.cluster.advertise",
            ["ACCOUNTGUARD_CLUSTER_NODE"] = "accountguard.cluster.node",
            ["ACCOUNTGUARD_CLUSTER_ROLES"] = "accountguard.cluster.roles[]",
            ["ACCOUNTGUARD_CLUSTER_SEEDS"] = "accountguard.cluster.seeds[]",
            ["ACCOUNTGUARD_CLUSTER_SEEDS_DNS"] = "accountguard.cluster.seeds-dns",
            ["ACCOUNTGUARD_CLUSTER_TLS_CERTIFICATE"] = "accountguard.cluster.tls.certificate",
            ["ACCOUNTGUARD_CLUSTER_TLS_KEY"] = "accountguard.cluster.tls.key",
            ["ACCOUNTGUARD_CLUSTER_TLS_CA"] = "accountguard.cluster.tls.ca",
            ["ACCOUNTGUARD_POSTGRES_CONNECTION"] = "accountguard.persistence.postgres-connection",
        }.ToFrozenDictionary();

    /// <summary>What the variables set, as <c>--set</c> has it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Func<string, string?> variables)
    {
        foreach (var (variable, key) in Keys)
        {
            if (variables(variable) is not { Length: > 0 } value)
                continue;
            var isList = key.EndsWith("[]", StringComparison.Ordinal);
            yield return KeyValuePair.Create(
                isList ? key[..^2] : key,
                isList
                    ? $"[{string.Join(", ", value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(HoconQuoting.Quote))}]"
                    : HoconQuoting.Quote(value)
            );
        }
    }
}
