using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guard.Host.Commands;

/// <summary>How rows are printed.</summary>
public enum RowFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON array of all of them.</summary>
    Json,

    /// <summary>One JSON object in each line, as they come.</summary>
    Ndjson,
}

/// <summary>What a command prints for people, and with <c>--format json</c> for programs: one JSON value, an array where there are rows. What went wrong is
/// told on standard error, and by the exit code.</summary>
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

    /// <summary>Of a command with one answer.</summary>
    public static Option<string> Option()
    {
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        return format;
    }

    /// <summary>Of a command that answers in rows.</summary>
    public static Option<string> OfRows()
    {
        var format = new Option<string>("--format")
        {
            Description = "text; json: one array; ndjson: one object in each line",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json", "ndjson");
        return format;
    }

    public static RowFormat Rows(string? word) =>
        word switch
        {
            "json" => RowFormat.Json,
            "ndjson" => RowFormat.Ndjson,
            _ => RowFormat.Text,
        };

    /// <summary>The same in words, or as one object.</summary>
    public static void Write<T>(TextWriter output, bool json, string text, T data) => output.WriteLine(json ? Json(data) : text);

    /// <summary>Rows in words, or as JSON.</summary>
    public static void WriteRows<T>(TextWriter output, RowFormat format, IEnumerable<T> rows, Func<T, string> text)
    {
        if (format == RowFormat.Text)
            foreach (var row in rows)
                output.WriteLine(text(row));
        else
            WriteJson(output, format, rows.Select(row => Json(row)));
    }

    /// <param name="rows">Each is one JSON object.</param>
    public static void WriteJson(TextWriter output, RowFormat format, IEnumerable<string> rows)
    {
        if (format == RowFormat.Json)
            output.WriteLine($"[{string.Join(",\n", rows)}]");
        else
            foreach (var row in rows)
                output.WriteLine(row);
    }

    private static string Json<T>(T data) => JsonSerializer.Serialize(data, Names);
}
