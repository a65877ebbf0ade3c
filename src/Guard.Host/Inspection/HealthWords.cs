using System.Collections.Immutable;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>How each node does.</summary>
internal static class HealthWords
{
    public const string Command = "health";

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            Command,
            "How each node does in its own eyes: journal, sources, enforcement, country data, certificates, with what to do about faults.",
            [],
            [
                new("check", CellKind.Text),
                new("level", CellKind.Text),
                new("text", CellKind.Text),
                new("remedy", CellKind.Text),
                new("needed", CellKind.Number),
            ],
            NodeQuestions.Health,
            _ => [],
            Row
        ),
    ];

    private static ImmutableArray<Cell> Row(Finding finding) => NodeQuestions.Health.Write(finding);

    /// <summary>The node and its finding, as a client reads them.</summary>
    public static (string Node, Finding Finding) Read(ImmutableArray<Cell> row) => (row[0].Text, NodeQuestions.Health.Read(row[1..]));
}
