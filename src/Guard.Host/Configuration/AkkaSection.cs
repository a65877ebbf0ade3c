using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Guard.Host.Configuration;

/// <summary>
/// Hands the section <c>akka</c> to Akka as it was read. Akka's own parser never sees the text: some texts make it run for ever.
/// </summary>
internal static class AkkaSection
{
    public static Config ToConfig(ConfigurationNode? akka)
    {
        if (akka?.Object is null)
            return Config.Empty;
        var root = new HoconObject();
        Put(root, "akka", akka);
        return new Config(new HoconRoot(Of(root)));
    }

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
