using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Guard.Host.Configuration;

/// <summary>
/// Hands the sections <c>akka</c> and <c>petabridge</c> to Akka as they were read. Akka's own parser never sees the text: some texts make it run for ever.
/// </summary>
internal static class AkkaSection
{
    public const string Akka = "akka";

    /// <summary>Of Petabridge's tools only the one that <c>make build PETABRIDGE=1</c> compiles in: <c>petabridge.cmd</c>.</summary>
    public const string Petabridge = "petabridge";

    private static readonly string[] Secret = ["password", "secret", "token", "connection-string", "key"];

    public static Config ToConfig(params IEnumerable<(string Name, ConfigurationNode? Section)> sections)
    {
        var root = new HoconObject();
        foreach (var (name, section) in sections)
        {
            if (section?.Object is not null)
                Put(root, name, section);
        }
        return root.Items.Count == 0 ? Config.Empty : new Config(new HoconRoot(Of(root)));
    }

    /// <summary>Each value that was handed over, in order; what may be a secret is not told.</summary>
    public static IEnumerable<PassedSetting> Passed(params IEnumerable<(string Name, ConfigurationNode? Section)> sections) =>
        sections
            .Where(one => one.Section?.Object is not null)
            .SelectMany(one => Leaves(one.Name, one.Section!))
            .OrderBy(one => one.Key, StringComparer.Ordinal);

    private static IEnumerable<PassedSetting> Leaves(string key, ConfigurationNode node) =>
        node.Object is { } members
            ? members.SelectMany(member => Leaves($"{key}.{member.Key}", member.Value))
            :
            [
                new PassedSetting(
                    key,
                    Secret.Any(word => key.EndsWith(word, StringComparison.OrdinalIgnoreCase)) ? "…" : Words(node),
                    node.Origin.Line > 0 ? $"{node.Origin.File}:{node.Origin.Line}" : node.Origin.File
                ),
            ];

    private static string Words(ConfigurationNode node) =>
        node.List is { } items ? $"[{string.Join(", ", items.Select(Words))}]"
        : node.Object is { } members ? $"{{ {string.Join(", ", members.Select(member => $"{member.Key} = {Words(member.Value)}"))} }}"
        : node.Text ?? "null";

    private static HoconValue Value(ConfigurationNode node)
    {
        if (node.Object is { } members)
        {
            var inner = new HoconObject();
            foreach (var (key, member) in members)
                Put(inner, key, member);
            return Of(inner);
        }
        if (node.List is not { } items)
            return Of(new HoconLiteral { Value = node.Text ?? "null" });
        var list = new HoconArray();
        list.AddRange(items.Select(Value));
        return Of(list);
    }

    private static void Put(HoconObject into, string key, ConfigurationNode node) => into.Items[key] = Value(node);

    private static HoconValue Of(IHoconElement element)
    {
        var value = new HoconValue();
        value.AppendValue(element);
        return value;
    }
}
