using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Texts;

namespace Guard.Host.Web.Policies;

/// <summary>A quota as it is typed: any text, judged by the same reader as the file's.</summary>
public sealed record QuotaDraft(string Per, string Unit, string Amount, string When, bool Alarm, string Of)
{
    /// <summary>As the file names what is counted.</summary>
    public static IReadOnlyList<string> Units { get; } = [.. Enum.GetNames<Guard.Messages.Policies.QuotaUnit>().Select(name => name.ToLowerInvariant())];

    /// <summary>Empty: the policy's own rung for quotas.</summary>
    public string Then { get; init; } = "";

    public string Text { get; init; } = "";

    public bool Repeats { get; init; }

    public static QuotaDraft New { get; } = new("1d", "recipients", "100", "any", false, "user");
}

/// <summary>What shall be set for a subject, as it is being edited: values by path, over a form that tells what else would hold.</summary>
public sealed class PolicyDraft
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Dictionary<string, PolicyField> _fields;

    public PolicyDraft(PolicyForm form)
    {
        Form = form;
        Own = (JsonObject)form.Own.DeepClone();
        _fields = form.Fields.GroupBy(field => field.Path).ToDictionary(group => group.Key, group => group.First());
    }

    public PolicyForm Form { get; }

    /// <summary>In the file's own form.</summary>
    public JsonObject Own { get; private set; }

    /// <summary>Whether anything differs from what is set now.</summary>
    public bool IsChanged => !JsonNode.DeepEquals(Own, Form.Own);

    public string Json => Own.ToJsonString(Indented);

    /// <returns>What is wrong with the text as JSON; null when it was taken.</returns>
    public string? TakeJson(string text)
    {
        try
        {
            if (JsonNode.Parse(text.Trim().Length == 0 ? "{}" : text) is not JsonObject own)
                return "{ … }";
            Own = own;
            return null;
        }
        catch (JsonException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>Takes over what was typed before.</summary>
    public void Take(JsonObject own) => Own = own;

    public bool IsOwn(string path) => Find(path) is not null;

    /// <summary>The value set here, as text; empty when it is inherited.</summary>
    public string Text(string path) => Find(path) is { } node ? Plain(node) : "";

    /// <summary>What holds when nothing is set here, as text.</summary>
    public string Inherited(string path) => InheritedNode(path) is { } node ? Plain(node) : "";

    /// <summary>Where that comes from.</summary>
    public PolicyLayer InheritedFrom(string path) => _fields.TryGetValue(path, out var field) ? field.InheritedFrom : PolicyLayer.BuiltIn;

    /// <param name="text">Empty: take it back, inherit.</param>
    public void SetText(string path, string? text) => Set(path, string.IsNullOrWhiteSpace(text) ? null : JsonValue.Create(text.Trim()));

    /// <summary>The list set here, else the inherited one.</summary>
    public ImmutableArray<string> Words(string path) => WordsOf(Find(path) ?? InheritedNode(path));

    /// <param name="words">Null: inherit.</param>
    public void SetWords(string path, IEnumerable<string>? words) =>
        Set(path, words is null ? null : new JsonArray([.. words.Select(word => (JsonNode)JsonValue.Create(word))]));

    /// <summary>The quotas set here, else the inherited ones.</summary>
    public ImmutableArray<QuotaDraft> Quotas =>
        (Find("quotas") ?? InheritedNode("quotas")) is JsonArray list ? [.. list.OfType<JsonObject>().Select(Read)] : [];

    /// <param name="quotas">Null: inherit.</param>
    public void SetQuotas(IEnumerable<QuotaDraft>? quotas) => Set("quotas", quotas is null ? null : new JsonArray([.. quotas.Select(Write)]));

    /// <summary>Sets a value by its path, or takes it out; objects that become empty go too.</summary>
    public void Set(string path, JsonNode? value)
    {
        var keys = Keys(path);
        if (value is null)
        {
            Remove(Own, keys);
            return;
        }
        var at = Own;
        foreach (var key in keys[..^1])
        {
            if (at[key] is not JsonObject next)
                at[key] = next = [];
            at = next;
        }
        at[keys[^1]] = value;
    }

    private static void Remove(JsonObject from, ReadOnlySpan<string> keys)
    {
        if (keys.Length == 1)
        {
            from.Remove(keys[0]);
            return;
        }
        if (from[keys[0]] is not JsonObject next)
            return;
        Remove(next, keys[1..]);
        if (next.Count == 0)
            from.Remove(keys[0]);
    }

    private JsonNode? Find(string path)
    {
        JsonNode? at = Own;
        foreach (var key in Keys(path))
            at = (at as JsonObject)?[key];
        return at;
    }

    /// <summary>Of a value that is set here, what would hold without it; of any other, what holds.</summary>
    private JsonNode? InheritedNode(string path) => _fields.TryGetValue(path, out var field) ? field.Inherited ?? field.Value : null;

    private static string[] Keys(string path) => path.Split('.');

    private static ImmutableArray<string> WordsOf(JsonNode? node) =>
        node switch
        {
            JsonArray list => [.. list.Select(word => word is null ? "" : Plain(word))],
            null => [],
            _ => [Plain(node)],
        };

    /// <summary>Quotas as they are written in the file, one after the other.</summary>
    public static string QuotaWords(JsonNode? quotas) =>
        string.Join(
            "; ",
            (quotas as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(Read)
                .Select(quota => QuotaWording.Name(quota.Amount, quota.Unit, quota.Per, quota.When, quota.Of))
        );

    private static QuotaDraft Read(JsonObject quota)
    {
        var unit = QuotaDraft.Units.FirstOrDefault(quota.ContainsKey) ?? QuotaDraft.Units[0];
        return new QuotaDraft(One("per", ""), unit, One(unit, ""), One("when", "any"), IsOn("alarm"), One("of", "user"))
        {
            Then = One("then", ""),
            Text = One("text", ""),
            Repeats = IsOn("repeats"),
        };

        bool IsOn(string key) => One(key, "off") is "on" or "true" or "yes";

        string One(string key, string otherwise) => quota[key] is { } node ? Plain(node) : otherwise;
    }

    private static JsonNode Write(QuotaDraft draft)
    {
        var amount = draft.Amount.Trim();
        var quota = new JsonObject { ["per"] = draft.Per.Trim(), [draft.Unit] = int.TryParse(amount, out var number) ? number : amount };
        if (draft.When != "any")
            quota["when"] = draft.When;
        if (draft.Alarm)
            quota["alarm"] = "on";
        if (draft.Of != "user")
            quota["of"] = draft.Of;
        if (draft.Then.Length > 0)
            quota["then"] = draft.Then;
        if (draft.Text.Trim().Length > 0)
            quota["text"] = draft.Text.Trim();
        if (draft.Repeats)
            quota["repeats"] = "on";
        return quota;
    }

    private static string Plain(JsonNode node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node.ToJsonString();
}
