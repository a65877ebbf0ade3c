using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guard.Host.Commands;

/// <summary>What a command prints for people, and with <c>--format json</c> for programs: one object, or one in each line where there are rows.</summary>
internal static class OutputFormat
{
    private static readonly JsonSerializerOptions Names = new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>On a terminal, unless the environment says no (no-color.org).</summary>
    public static bool HasColours => !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static Option<string> Option()
    {
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        return format;
    }

    /// <summary>The same in words, or as one object.</summary>
    public static void Write<T>(TextWriter output, bool json, string text, T data) => output.WriteLine(json ? JsonSerializer.Serialize(data, Names) : text);
}
