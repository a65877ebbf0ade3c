using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Guard.Host.Texts;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Rows for people, aligned, and for tools, as one JSON object each.</summary>
public sealed class RowText(ImmutableArray<Column> columns)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly int[] _widths = [.. columns.Select(column => column.Name.Length)];

    public string Header => Line([.. columns.Select(column => column.Name)]);

    /// <summary>Makes room for a row, so that those before and after it stand under each other.</summary>
    public void Fit(ImmutableArray<Cell> row)
    {
        for (var i = 0; i < row.Length && i < _widths.Length; i++)
            _widths[i] = Math.Max(_widths[i], Plain(row[i]).Length);
    }

    public string Line(ImmutableArray<Cell> row) => Line([.. row.Select(Plain)]);

    private string Line(string[] words)
    {
        var line = new StringBuilder();
        for (var i = 0; i < words.Length && i < columns.Length; i++)
        {
            line.Append(i == 0 ? "" : "  ");
            line.Append(columns[i].Kind == CellKind.Number ? words[i].PadLeft(_widths[i]) : words[i].PadRight(_widths[i]));
        }
        return line.ToString().TrimEnd();
    }

    public string Json(ImmutableArray<Cell> row) =>
        JsonSerializer.Serialize(
            row.Select((cell, index) => (cell, columns[index].Name)).ToDictionary(pair => pair.Name, pair => InspectionProtocol.Value(pair.cell)),
            Readable
        );

    /// <summary>Names come from the network; what they could do to a terminal is taken out.</summary>
    private static string Plain(Cell cell) =>
        cell.Kind switch
        {
            CellKind.Text => IncidentText.Safe(cell.Text),
            CellKind.Number => cell.Number.ToString("0.###", CultureInfo.InvariantCulture),
            CellKind.Time => IncidentText.Time(cell.Time),
            _ => "",
        };
}
