using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Api;

/// <summary>The API's JSON: camel case, words in kebab case, accounts and sites as texts, policies as the configuration file has them.</summary>
internal static class ApiJson
{
    private const int LongestBody = 256 * 1024;

    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            Converters =
            {
                new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
                new UserConverter(),
                new SiteConverter(),
                new PolicyConverter(),
                new SubjectConverter(),
            },
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };

    public static IResult Ok<T>(T value) => Results.Json(value, Options);

    /// <summary>The body of a request; an empty one is an empty object.</summary>
    /// <exception cref="BadRequestException">It is too long, or not what is expected.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http)
    {
        var text = await ReadTextAsync(http).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(text.Length == 0 ? "{}" : text, Options) ?? throw new BadRequestException("the body is null");
        }
        catch (JsonException failure)
        {
            throw new BadRequestException($"the body cannot be read: {failure.Message}");
        }
    }

    public static async Task<string> ReadTextAsync(HttpContext http)
    {
        if (http.Request.ContentLength > LongestBody)
            throw new BadRequestException($"the body is longer than {LongestBody} bytes");
        using var reader = new StreamReader(http.Request.Body);
        var text = new char[LongestBody + 1];
        var length = await reader.ReadBlockAsync(text, http.RequestAborted).ConfigureAwait(false);
        return length <= LongestBody ? new string(text, 0, length) : throw new BadRequestException($"the body is longer than {LongestBody} characters");
    }

    private sealed class UserConverter : JsonConverter<UserId>
    {
        public override UserId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class SiteConverter : JsonConverter<SiteId>
    {
        public override SiteId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, SiteId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    private sealed class PolicyConverter : JsonConverter<GuardPolicy>
    {
        public override GuardPolicy Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new JsonException("a whole policy is only ever written");

        public override void Write(Utf8JsonWriter writer, GuardPolicy value, JsonSerializerOptions options) =>
            ((JsonNode)PolicyJson.Write(value)).WriteTo(writer);
    }

    private sealed class SubjectConverter : JsonConverter<PolicySubject>
    {
        public override PolicySubject Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new JsonException("a subject is only ever written");

        public override void Write(Utf8JsonWriter writer, PolicySubject value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
