using System.Collections.Immutable;
using Guard.Messages.Inspection;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Questions of the inspection vocabulary between nodes, and their rows.</summary>
internal static class InspectionWire
{
    public static InspectRecord Write(Inspect ask)
    {
        var record = new InspectRecord { Id = ask.Id };
        record.Words.Add(ask.Words);
        return record;
    }

    public static Inspect Read(InspectRecord record) => new(record.Id, [.. record.Words]);

    public static InspectedRecord Write(Inspected answer)
    {
        var record = new InspectedRecord
        {
            Id = answer.Id,
            Error = answer.Error,
            Last = answer.Last,
        };
        foreach (var row in answer.Rows)
        {
            var cells = new RowRecord();
            cells.Cells.Add(
                row.Select(cell => new CellRecord
                {
                    Kind = (int)cell.Kind,
                    Text = cell.Text,
                    Number = cell.Number,
                    Milliseconds = cell.Milliseconds,
                })
            );
            record.Rows.Add(cells);
        }
        return record;
    }

    public static Inspected Read(InspectedRecord record) =>
        new(
            record.Id,
            [
                .. record.Rows.Select(row =>
                    row.Cells.Select(cell => new Cell((CellKind)cell.Kind, cell.Text, cell.Number, cell.Milliseconds)).ToImmutableArray()
                ),
            ],
            record.Error,
            record.Last
        );
}
