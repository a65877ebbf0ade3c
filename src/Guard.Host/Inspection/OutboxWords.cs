using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about side effects that are not carried out yet.</summary>
internal static class OutboxWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            "outbox",
            "What is still to be done: effects that accounts wait for, and what each way of enforcement has to do, with its last error.",
            [],
            [
                new("kind", CellKind.Text),
                new("name", CellKind.Text),
                new("wanted", CellKind.Number),
                new("pending", CellKind.Number),
                new("failures", CellKind.Number),
                new("since", CellKind.Time),
                new("detail", CellKind.Text),
            ],
            NodeQuestions.Outbox,
            _ => [],
            item =>
                [
                    OutboxQuestion.Word(item.Kind),
                    item.Name,
                    item.Wanted,
                    item.Pending,
                    item.Failures is { } failures ? failures : Cell.Empty,
                    item.Since,
                    item.Detail,
                ]
        ),
        InspectionCommand.OfEveryNode(
            "reports retry",
            "Try dead letters among the reports anew.",
            [InspectionArgument.May("ID", ArgumentKind.Word, "one of them; else all")],
            [new("revived", CellKind.Number)],
            NodeQuestions.ReportRetry,
            given => given.Word("ID") is { } id ? [id] : [],
            revived => [revived]
        ),
    ];
}
