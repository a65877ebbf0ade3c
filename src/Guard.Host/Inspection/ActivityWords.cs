using System.Collections.Immutable;
using Guard.Host.Node.Questions;
using Guard.Host.Texts;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about what goes on now.</summary>
internal static class ActivityWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        InspectionCommand.OfEveryNode(
            "top",
            "The busiest accounts, or those with the highest scores, of each node since its start.",
            [InspectionArgument.May("BY", ArgumentKind.Word, "activity or score", "activity", "score")],
            [
                new("user", CellKind.Text),
                new("site", CellKind.Text),
                new("activity", CellKind.Number),
                new("score", CellKind.Number),
                new("rung", CellKind.Text),
                new("last-seen", CellKind.Time),
            ],
            NodeQuestions.Activity,
            given => given.Word("BY") is { } by ? [by] : [],
            account =>
                [
                    account.User.Value,
                    account.Site.Value,
                    Math.Round(account.Activity, 1),
                    Math.Round(account.Score, 1),
                    IncidentText.Name(account.Rung),
                    (DateTimeOffset?)account.LastSeen,
                ]
        ),
        InspectionCommand.OfEveryNode(
            "summary",
            "How many accounts each node saw since its start, and how many stand on each rung; in observe mode: would stand.",
            [],
            [
                new("accounts", CellKind.Number),
                new("more", CellKind.Text),
                new("reported", CellKind.Number),
                new("restricted", CellKind.Number),
                new("suspended", CellKind.Number),
                new("blocked", CellKind.Number),
            ],
            NodeQuestions.Summary,
            _ => [],
            NodeQuestions.Summary.Write
        ),
        InspectionCommand.OfEveryNode(
            "tail",
            "Decisions as they are made, until you have enough.",
            [InspectionArgument.May("NAME", ArgumentKind.AccountOrSite, "only this account or site")],
            [
                new("at", CellKind.Time),
                new("user", CellKind.Text),
                new("what", CellKind.Text),
                new("address", CellKind.Text),
                new("country", CellKind.Text),
                new("score", CellKind.Number),
                new("rung", CellKind.Text),
                new("detail", CellKind.Text),
            ],
            NodeQuestions.Decisions,
            given => given.Word("NAME") is { } name ? [name] : [],
            seen => [(DateTimeOffset?)seen.At, seen.User.Value, seen.What, seen.Address, seen.Country, seen.Score, IncidentText.Name(seen.Rung), seen.Detail]
        ),
    ];
}
