using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about what goes on now.</summary>
internal static class ActivityWords
{
    private const int Shown = 20;

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("top", "The busiest accounts, or those with the highest scores, of each node since its start.",
            [InspectionArgument.May("BY", ArgumentKind.Word, "activity or score", "activity", "score")], InspectionScope.EveryNode,
            [new("user", CellKind.Text), new("site", CellKind.Text), new("activity", CellKind.Number), new("score", CellKind.Number), new("rung", CellKind.Text), new("last-seen", CellKind.Time)], InspectionCommand.AtOnce(Top)),
        new("tail", "Decisions as they are made, until you have enough.",
            [InspectionArgument.May("NAME", ArgumentKind.AccountOrSite, "only this account or site")], InspectionScope.EveryNode,
            [
                new("at", CellKind.Time), new("user", CellKind.Text), new("what", CellKind.Text), new("address", CellKind.Text), new("country", CellKind.Text),
                new("score", CellKind.Number), new("rung", CellKind.Text), new("detail", CellKind.Text),
            ],
            TailAsync, Endless: true),
    ];

    private static IEnumerable<ImmutableArray<Cell>> Top(InspectedNode node, InspectionArguments given)
    {
        foreach (var account in node.Entities.Activity.Top(given.Word("BY") == "score", Shown))
            yield return [account.User.Value, account.Site.Value, Math.Round(account.Activity, 1), Math.Round(account.Score, 1), IncidentText.Name(account.Rung), account.LastSeen];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> TailAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var seen in node.Entities.Decisions.FollowAsync(given.Word("NAME")?.ToLowerInvariant(), cancel).ConfigureAwait(false))
            yield return [seen.At, seen.User.Value, seen.What, seen.Address, seen.Country, seen.Score, IncidentText.Name(seen.Rung), seen.Detail];
    }
}
