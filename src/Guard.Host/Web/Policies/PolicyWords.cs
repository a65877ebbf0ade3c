using System.Text.Json.Nodes;
using Guard.Host.Web.Texts;

namespace Guard.Host.Web.Policies;

/// <summary>A setting that differs.</summary>
/// <param name="Path">Such as <c>services.ftp.allow</c>.</param>
/// <param name="Before">In words; null when it was inherited.</param>
public sealed record SettingChange(string Path, string? Before, string? After);

/// <summary>Policies for people: settings with their values in words instead of JSON.</summary>
public static class PolicyWords
{
    /// <summary>The settings in which two policies differ, in their order.</summary>
    public static IReadOnlyList<SettingChange> Changes(JsonObject before, JsonObject after)
    {
        var (old, @new) = (Settings(before, ""), Settings(after, ""));
        return
        [
            .. old
                .Keys.Union(@new.Keys)
                .Select(path => new SettingChange(path, old.GetValueOrDefault(path), @new.GetValueOrDefault(path)))
                .Where(change => change.Before != change.After),
        ];
    }

    /// <summary>A value in words.</summary>
    public static string Value(string path, JsonNode? value) =>
        value switch
        {
            null => Wording.Say("policy.off"),
            JsonArray list when path == "quotas" => list.Count == 0 ? Wording.Say("place.none") : PolicyDraft.QuotaWords(list),
            JsonArray list => list.Count == 0 ? Wording.Say("place.none") : string.Join(", ", list.Select(item => PlaceOf(path, Plain(item)))),
            JsonObject parts => string.Join(", ", parts.Select(part => $"{part.Key} {Value($"{path}.{part.Key}", part.Value)}")),
            _ => Plain(value),
        };

    private static Dictionary<string, string> Settings(JsonObject policy, string under)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (key, value) in policy)
        {
            var path = under.Length == 0 ? key : $"{under}.{key}";
            if (value is JsonObject more)
            {
                foreach (var (inner, text) in Settings(more, path))
                    settings[inner] = text;
            }
            else
                settings[path] = Value(path, value);
        }
        return settings;
    }

    private static string PlaceOf(string path, string word) =>
        path.StartsWith("places.", StringComparison.Ordinal) || path.StartsWith("services.", StringComparison.Ordinal) ? PlaceChoice.NameOf(word) : word;

    private static string Plain(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? Wording.Say("policy.off");
}
