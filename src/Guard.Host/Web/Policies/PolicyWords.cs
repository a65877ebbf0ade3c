using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Guard.Host.Web.Texts;
using Guard.Messages.Policies;

namespace Guard.Host.Web.Policies;

/// <summary>A setting that differs.</summary>
/// <param name="Path">Such as <c>services.ftp.allow</c>.</param>
/// <param name="Before">In words; null when it was inherited.</param>
public sealed record SettingChange(string Path, string? Before, string? After);

/// <summary>Policies for people: settings and their values in words instead of keys and JSON.</summary>
public static partial class PolicyWords
{
    /// <summary>A setting by its name; a key that has none, such as one of a newer node, stays as it is.</summary>
    /// <param name="path">Such as <c>services.ftp.allow</c> or, of a mistake, <c>quotas[0].per</c>.</param>
    public static string Name(string path)
    {
        if (Wording.Has($"setting.{path}"))
            return Wording.Say($"setting.{path}");
        if (path.Split('.') is ["services", var service, ("allow" or "deny") and var list])
            return Wording.Say($"setting.service-{list}", service == "*" ? Wording.Say("policy.all-services") : service.ToUpperInvariant());
        if (path.Split('.') is ["reactions", "redirect", var from] && Enum.TryParse<Rung>(from, true, out var rung))
            return Wording.Say("setting.redirect", Wording.Name(rung));
        return OneQuota().Match(path) is { Success: true } quota
            ? Wording.Say("setting.quota", int.Parse(quota.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1)
            : path;
    }

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
            _ => Word(Plain(value)),
        };

    /// <summary>A word of a policy, such as a rung or a span of time, as the reader says it.</summary>
    private static string Word(string text)
    {
        if (Span().Match(text) is { Success: true } span)
            return Wording.Say($"span.{span.Groups[2].Value}", span.Groups[1].Value);
        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && Enum.TryParse<Rung>(text, true, out var rung))
            return Wording.Name(rung);
        return text is "on" or "off" ? Wording.Say($"policy.{text}")
            : Wording.Has($"choice.{text}") ? Wording.Say($"choice.{text}")
            : text;
    }

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

    [GeneratedRegex(@"^quotas\[(\d{1,4})\]")]
    private static partial Regex OneQuota();

    [GeneratedRegex(@"^(\d{1,9})(ms|s|m|h|d|w)$")]
    private static partial Regex Span();

    private static string Plain(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? Wording.Say("policy.off");
}
