using Akka.Configuration.Hocon;

namespace Guard.Host.Configuration;

/// <summary>A value of the configuration as a plain tree: an object, a list, or text.</summary>
public sealed class ConfigurationNode
{
    public Dictionary<string, ConfigurationNode>? Object { get; private init; }

    public List<ConfigurationNode>? List { get; private init; }

    public string? Text { get; private init; }

    public static ConfigurationNode Of(string text) => new() { Text = text };

    public static ConfigurationNode Empty => new() { Object = [] };

    public static ConfigurationNode From(HoconValue value)
    {
        if (value.IsObject())
            return new() { Object = value.GetObject().Items.ToDictionary(item => item.Key, item => From(item.Value)) };
        if (value.IsArray())
            return new() { List = [.. value.GetArray().Select(From)] };
        return new() { Text = value.GetString() ?? "" };
    }

    /// <summary>This over another: objects merge, everything else replaces.</summary>
    public ConfigurationNode Over(ConfigurationNode below)
    {
        if (Object is null || below.Object is null)
            return this;
        var merged = new Dictionary<string, ConfigurationNode>(below.Object);
        foreach (var (key, value) in Object)
            merged[key] = merged.TryGetValue(key, out var under) ? value.Over(under) : value;
        return new() { Object = merged };
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

    /// <summary>Sets a dotted key.</summary>
    public static ConfigurationNode At(string key, string value)
    {
        var dot = key.IndexOf('.');
        return dot < 0
            ? new() { Object = new() { [key] = Of(value) } }
            : new() { Object = new() { [key[..dot]] = At(key[(dot + 1)..], value) } };
    }
}
