using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guard.Host.Inspection;

/// <summary>Why a command has no answer.</summary>
public sealed record InspectionError(string Error);

/// <summary>The JSON of the inspection socket.</summary>
public static class InspectionJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T? Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options);
}
