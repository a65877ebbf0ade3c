using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about where observations come from.</summary>
internal static class IntakeWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("intake", "Each source of each node: what it read, how far it is behind, what it was asked, what it answered without the guard, whom it refused, and which idle connections it cut.", [], InspectionScope.EveryNode,
            [
                new("source", CellKind.Text), new("kind", CellKind.Text), new("lines", CellKind.Number), new("ignored", CellKind.Number), new("unparsed", CellKind.Number),
                new("behind-bytes", CellKind.Number), new("lag-seconds", CellKind.Number), new("journaled-to", CellKind.Time), new("asked", CellKind.Number), new("unanswered", CellKind.Number),
                new("unjudged", CellKind.Number), new("unjudged-from", CellKind.Text), new("problem", CellKind.Text), new("refused", CellKind.Number), new("cut", CellKind.Number),
            ],
            InspectionCommand.AtOnce(Show)),
    ];

    private static IEnumerable<ImmutableArray<Cell>> Show(InspectedNode node, InspectionArguments _)
    {
        foreach (var source in node.Intake.Readings)
        {
            yield return
            [
                source.Name, source.Kind, source.Lines, source.Ignored, source.Unparsed, source.BehindBytes, Math.Round(source.Lag.TotalSeconds, 1), source.JournaledTo, source.Asked, source.Unanswered,
                source.Unjudged, source.UnjudgedFrom, source.Problem, source.Refused, source.Cut,
            ];
        }
    }
}
