using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about where observations come from.</summary>
internal static class IntakeWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            "intake unknown",
            "Shapes of lines that known daemons wrote and that were not understood, the most frequent first: what varies is masked.",
            [],
            [
                new("count", CellKind.Number),
                new("daemon", CellKind.Text),
                new("program", CellKind.Text),
                new("shape", CellKind.Text),
                new("example", CellKind.Text),
            ],
            NodeQuestions.UnknownShapes,
            _ => [],
            shape => [shape.Count, shape.Daemon, shape.Program, shape.Shape, shape.Example]
        ),
        InspectionCommand.OfEveryNode(
            "intake",
            "Each source of each node: what it read, how far it is behind, what it was asked, what it answered without the guard, whom it refused, and which idle connections it cut.",
            [],
            [
                new("source", CellKind.Text),
                new("kind", CellKind.Text),
                new("lines", CellKind.Number),
                new("ignored", CellKind.Number),
                new("unparsed", CellKind.Number),
                new("behind-bytes", CellKind.Number),
                new("lag-seconds", CellKind.Number),
                new("journaled-to", CellKind.Time),
                new("asked", CellKind.Number),
                new("unanswered", CellKind.Number),
                new("unjudged", CellKind.Number),
                new("unjudged-from", CellKind.Text),
                new("problem", CellKind.Text),
                new("refused", CellKind.Number),
                new("cut", CellKind.Number),
                new("foreign", CellKind.Number),
                new("lost", CellKind.Number),
                new("misdated", CellKind.Number),
                new("notice", CellKind.Text),
            ],
            NodeQuestions.Intake,
            _ => [],
            source =>
                [
                    source.Name,
                    source.Kind,
                    source.Lines,
                    source.Ignored,
                    source.Unparsed,
                    source.BehindBytes,
                    Math.Round(source.Lag.TotalSeconds, 1),
                    source.JournaledTo,
                    source.Asked,
                    source.Unanswered,
                    source.Unjudged,
                    source.UnjudgedFrom,
                    source.Problem,
                    source.Refused,
                    source.Cut,
                    source.Foreign,
                    source.Lost,
                    source.Misdated,
                    source.Notice,
                ]
        ),
    ];
}
