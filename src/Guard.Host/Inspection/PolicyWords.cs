using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Actors.Policies;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;

namespace Guard.Host.Inspection;

/// <summary>Commands about policies in force.</summary>
internal static class PolicyWords
{
    private static readonly JsonSerializerOptions Names = new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new Spans() },
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        IgnoreReadOnlyProperties = true,
    };

    private const string Off = "off";

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new(
            "policy show",
            "The whole policy in force, what it inherits included: of everybody, of a site, or of an account.",
            [InspectionArgument.May("NAME", ArgumentKind.AccountOrSite, "a site or local@domain; else the default")],
            InspectionScope.Anywhere,
            [new("key", CellKind.Text), new("value", CellKind.Text)],
            InspectionCommand.AtOnce(Show)
        ),
    ];

    private static IEnumerable<ImmutableArray<Cell>> Show(InspectedNode node, InspectionArguments given)
    {
        var book = node.Policies.Current;
        var (of, policy) = Find(book, given.Word("NAME") is null ? null : KnownNames.Subject(node, given, "NAME"));
        yield return ["of", of];
        yield return ["version", book.Version];
        foreach (var (key, value) in Flatten("", JsonSerializer.SerializeToElement(policy, Names)))
            yield return [key, key.StartsWith("effects.", StringComparison.Ordinal) && value == Off ? "as mode says" : value];
    }

    private static (string Of, GuardPolicy Policy) Find(PolicyBook book, string? name)
    {
        if (name is null)
            return ("default", book.Default);
        if (name.Contains('@', StringComparison.Ordinal))
        {
            var user = new UserId(name);
            var own = book.For(book.SiteOf(user));
            return (
                own.Users.ContainsKey(user) ? $"user {name}"
                : book.Sites.ContainsKey(own.Site) ? $"site {own.Site}"
                : "default",
                own.For(user)
            );
        }
        var site = book.Domains.TryGetValue(name, out var grouped) ? grouped : new SiteId(name);
        return (book.Sites.ContainsKey(site) ? $"site {site}" : "default", book.For(site).Policy);
    }

    private static IEnumerable<(string Key, string Value)> Flatten(string key, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Flatten(key.Length == 0 ? member.Name : $"{key}.{member.Name}", member.Value)),
            JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object) => value
                .EnumerateArray()
                .Select(
                    (item, index) =>
                        (
                            $"{key}.{index + 1}",
                            string.Join(
                                ", ",
                                item.EnumerateObject()
                                    .Where(member => member.Value.ValueKind != JsonValueKind.Null && Plain(member.Value).Length > 0)
                                    .Select(member => $"{member.Name} {Plain(member.Value)}")
                            )
                        )
                ),
            _ => [(key, Plain(value))],
        };

    /// <summary>As settings are written: 1d.</summary>
    private sealed class Spans : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(KeyedQuota.Length(value));
    }

    private static string Plain(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => Off,
            JsonValueKind.True => "on",
            JsonValueKind.False => "off",
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Plain)),
            _ => value.GetRawText(),
        };
}
