using System.Collections.Immutable;
using System.Text.Json;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>The lines of an inspection on the socket: JSON, one a line.</summary>
public static class InspectionProtocol
{
    /// <summary>What a question begins with; its words follow as a JSON list.</summary>
    public const string Question = "inspect ";

    /// <summary>Begins a question whose whole answer is wanted as one object; its words follow as a JSON list.</summary>
    public const string Whole = "answer ";

    public static string Ask(IReadOnlyList<string> words) => Question + JsonSerializer.Serialize(words);

    public static string AskWhole(IReadOnlyList<string> words) => Whole + JsonSerializer.Serialize(words);

    /// <exception cref="InspectionException">It is not a list of words.</exception>
    public static IReadOnlyList<string> ReadQuestion(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException)
        {
            throw new InspectionException("the question is not a list of words");
        }
    }

    public static string Columns(InspectionCommand command) =>
        InspectionJson.Write(
            new { Columns = command.Columns.Select(column => new { column.Name, Kind = column.Kind.ToString().ToLowerInvariant() }), command.Endless }
        );

    public static string Item(InspectionItem item) =>
        item.Note.Length > 0 ? InspectionJson.Write(new { item.Note }) : InspectionJson.Write(new { Row = item.Cells.Select(Value) });

    public static string End(long rows) => InspectionJson.Write(new { End = rows });

    /// <summary>A cell as JSON has it: text, number, time in ISO 8601, or null.</summary>
    public static object? Value(Cell cell) =>
        cell.Kind switch
        {
            CellKind.Text => cell.Text,
            CellKind.Number => cell.Number,
            CellKind.Time => cell.Time.UtcDateTime,
            _ => null,
        };

    public static ImmutableArray<Column> ReadColumns(JsonElement columns) =>
        [
            .. columns
                .EnumerateArray()
                .Select(column => new Column(
                    column.GetProperty("name").GetString()!,
                    Enum.Parse<CellKind>(column.GetProperty("kind").GetString()!, ignoreCase: true)
                )),
        ];

    public static ImmutableArray<Cell> ReadRow(JsonElement row, ImmutableArray<Column> columns) =>
        [
            .. row.EnumerateArray()
                .Select(
                    (value, index) =>
                        value.ValueKind switch
                        {
                            JsonValueKind.Number => value.GetDouble(),
                            JsonValueKind.String when columns[index].Kind == CellKind.Time => (DateTimeOffset?)value.GetDateTimeOffset(),
                            JsonValueKind.String => value.GetString(),
                            _ => Cell.Empty,
                        }
                ),
        ];
}
