using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about accounts that machines shall lock. Every node answers for its own machine.</summary>
internal static class LockWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            "locks list",
            "The accounts that each machine shall keep locked now, until when and why.",
            [],
            [new("user", CellKind.Text), new("since", CellKind.Time), new("until", CellKind.Time), new("reason", CellKind.Text)],
            NodeQuestions.Locks,
            _ => [],
            locked => [locked.User.Value, (DateTimeOffset?)locked.Since, locked.Until, locked.Reason]
        ),
    ];
}
