using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Says of each value of a policy where it comes from, and what would hold without what is set for the subject itself.</summary>
internal static class PolicyFields
{
    public static ImmutableArray<PolicyField> Of(LayeredPolicies layers, string subject)
    {
        var all = Layers(layers, subject);
        var without = layers with { Set = layers.Set.Remove(subject) };
        var inherited = Flat(PolicyJson.Write(without.Read(subject).Policy)).ToDictionary();
        var below = all.Where(layer => layer.Layer != OwnLayer(subject)).ToArray();
        return
        [
            .. Flat(PolicyJson.Write(layers.Read(subject).Policy))
                .Select(field =>
                {
                    var (layer, where) = Find(all, field.Key);
                    return new PolicyField(
                        field.Key,
                        field.Value?.DeepClone(),
                        layer,
                        where,
                        inherited.GetValueOrDefault(field.Key)?.DeepClone(),
                        Find(below, field.Key).Layer
                    );
                }),
        ];
    }

    private static PolicyLayer OwnLayer(string subject) =>
        OverrideSubject.Parse(subject) switch
        {
            (null, _) => PolicyLayer.ConsoleDefault,
            (_, null) => PolicyLayer.ConsoleSite,
            _ => PolicyLayer.ConsoleUser,
        };

    /// <summary>Those that concern a subject, the one that goes before the others first.</summary>
    private static (PolicyLayer Layer, ConfigurationNode? Node, string By)[] Layers(LayeredPolicies layers, string subject)
    {
        var (site, user) = OverrideSubject.Parse(subject);
        var found = new List<(PolicyLayer, ConfigurationNode?, string)>();
        if (user is not null)
            Add(subject, PolicyLayer.ConsoleUser, PolicyLayer.FileUser);
        if (site is not null)
            Add(site, PolicyLayer.ConsoleSite, PolicyLayer.FileSite);
        Add(OverrideSubject.Default, PolicyLayer.ConsoleDefault, PolicyLayer.FileDefault);
        return [.. found];

        void Add(string key, PolicyLayer console, PolicyLayer file)
        {
            found.Add((console, layers.OwnTree(key), layers.Set.TryGetValue(key, out var standing) ? $"{standing.Who}, {standing.At.UtcDateTime:u}" : ""));
            found.Add((file, layers.FileTree(key), ""));
        }
    }

    private static (PolicyLayer Layer, string Where) Find((PolicyLayer Layer, ConfigurationNode? Node, string By)[] layers, string path)
    {
        var steps = path.Split('.');
        foreach (var way in Ways(steps))
        {
            foreach (var (layer, node, by) in layers)
            {
                if (node?.Find(way) is { } value)
                    return (layer, by.Length > 0 ? by : $"{Path.GetFileName(value.Origin.File)}{(value.Origin.Line > 0 ? $":{value.Origin.Line}" : "")}");
            }
        }
        return (PolicyLayer.BuiltIn, "");
    }

    /// <summary>A service that nobody names follows <c>*</c>.</summary>
    private static IEnumerable<string[]> Ways(string[] steps) => steps is ["services", _, var list] ? [steps, ["services", "*", list]] : [steps];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flat(JsonObject policy, string above = "")
    {
        foreach (var (key, value) in policy)
        {
            if (value is JsonObject section)
            {
                foreach (var inner in Flat(section, $"{above}{key}."))
                    yield return inner;
            }
            else
            {
                yield return KeyValuePair.Create(above + key, value);
            }
        }
    }
}
