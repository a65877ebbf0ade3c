using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guard.Host.Configuration;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>What is set at run time, as a tree like the file's: the same readers find the same mistakes in it.</summary>
internal static class JsonNodes
{
    /// <summary>Stands where a file's name would stand.</summary>
    public const string File = "console";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <exception cref="JsonException">The text is no JSON, or not an object.</exception>
    public static JsonObject Parse(string own) =>
        JsonNode.Parse(own, documentOptions: Strict) as JsonObject ?? throw new JsonException("a policy is an object: { … }");

    public static ConfigurationNode Tree(JsonObject own, KeyTrail key) => Of(own, key);

    private static ConfigurationNode Of(JsonNode? node, KeyTrail key)
    {
        var origin = new Origin(File, 0, key);
        return node switch
        {
            null => ConfigurationNode.Null(origin),
            JsonObject members => ConfigurationNode.Of(members.ToDictionary(member => member.Key, member => Of(member.Value, key.Then(member.Key))), origin),
            JsonArray items => ConfigurationNode.Of([.. items.Select((item, index) => Of(item, key.Item(index)))], origin),
            JsonValue value => ConfigurationNode.Of(Text(value), origin),
            _ => throw new JsonException("no value of JSON"),
        };
    }

    private static string Text(JsonValue value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "on",
            JsonValueKind.False => "off",
            JsonValueKind.Number when value.TryGetValue<long>(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
            _ => value.ToJsonString(),
        };

    /// <summary>The same tree as JSON; texts stay texts.</summary>
    public static JsonNode? Json(ConfigurationNode node)
    {
        if (node.Object is { } members)
            return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Json(member.Value))));
        if (node.List is { } items)
            return new JsonArray([.. items.Select(Json)]);
        return node.Text is { } text ? JsonValue.Create(text) : null;
    }
}
