namespace Guard.Host.Configuration;

/// <summary>A value of the configuration as a plain tree that knows where it was written: an object, a list, a text, or null.</summary>
public sealed class ConfigurationNode
{
    private ConfigurationNode(Origin origin) => Origin = origin;

    public Origin Origin { get; }

    public IReadOnlyDictionary<string, ConfigurationNode>? Object { get; private init; }

    public IReadOnlyList<ConfigurationNode>? List { get; private init; }

    public string? Text { get; private init; }

    /// <summary>What it is, in an admin's words.</summary>
    public string Kind =>
        Object is not null ? "a section"
        : List is not null ? "a list"
        : Text is { } text ? $"'{Shorten(text)}'"
        : "null";

    public static ConfigurationNode Of(IReadOnlyDictionary<string, ConfigurationNode> members, Origin origin) => new(origin) { Object = members };

    public static ConfigurationNode Of(IReadOnlyList<ConfigurationNode> items, Origin origin) => new(origin) { List = items };

    public static ConfigurationNode Of(string text, Origin origin) => new(origin) { Text = text };

    public static ConfigurationNode Null(Origin origin) => new(origin);

    public static ConfigurationNode Empty(Origin origin) => new(origin) { Object = new Dictionary<string, ConfigurationNode>() };

    /// <summary>The same value as if written elsewhere; what lies in it keeps its own place.</summary>
    public ConfigurationNode At(Origin origin) =>
        new(origin)
        {
            Object = Object,
            List = List,
            Text = Text,
        };

    /// <summary>This over another: objects merge, everything else replaces.</summary>
    public ConfigurationNode Over(ConfigurationNode below)
    {
        if (Object is null || below.Object is null)
            return this;
        var merged = new Dictionary<string, ConfigurationNode>(below.Object);
        foreach (var (key, value) in Object)
            merged[key] = merged.TryGetValue(key, out var under) ? value.Over(under) : value;
        return Of(merged, Origin);
    }

    public ConfigurationNode? Find(params ReadOnlySpan<string> path)
    {
        var node = this;
        foreach (var key in path)
        {
            if (node.Object is null || !node.Object.TryGetValue(key, out node))
                return null;
        }
        return node;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
