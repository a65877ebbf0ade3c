using System.Collections.Immutable;
using Guard.Host.Intake;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>How each source of observations does.</summary>
public sealed class IntakeQuestion() : NodeQuestion<IntakeReading>("intake")
{
    public override IAsyncEnumerable<IntakeReading> AnswerAsync(InspectedNode node, ImmutableArray<string> parameters, CancellationToken cancel) =>
        AtOnce(node.Intake.Readings, cancel);

    public override ImmutableArray<Cell> Write(IntakeReading item) =>
        [
            item.Name,
            item.Kind,
            item.Lines,
            item.Ignored,
            item.Unparsed,
            item.BehindBytes,
            Math.Round(item.Lag.TotalSeconds, 1),
            item.JournaledTo,
            item.Asked,
            item.Unanswered,
            item.Unjudged,
            item.UnjudgedFrom,
            item.Problem,
            item.Refused,
            item.Cut,
            item.Foreign,
            item.Lost,
            item.Misdated,
            item.Notice,
        ];

    public override IntakeReading Read(ImmutableArray<Cell> row) =>
        new(
            row[0].Text,
            row[1].Text,
            (long)row[2].Number,
            (long)row[3].Number,
            (long)row[4].Number,
            (long)row[5].Number,
            row[7].Kind == CellKind.Time ? row[7].Time : null,
            TimeSpan.FromSeconds(row[6].Number),
            (long)row[8].Number,
            (long)row[9].Number,
            (long)row[13].Number,
            (long)row[14].Number
        )
        {
            Unjudged = (long)row[10].Number,
            UnjudgedFrom = row[11].Text,
            Problem = row[12].Text,
            Foreign = (long)row[15].Number,
            Lost = (long)row[16].Number,
            Misdated = (long)row[17].Number,
            Notice = row[18].Text,
        };
}
