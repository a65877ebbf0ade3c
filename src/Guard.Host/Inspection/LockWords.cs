using System.Collections.Immutable;
using Guard.Host.Node;
using Guard.Messages.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about accounts that machines shall lock. Every node answers for its own machine.</summary>
internal static class LockWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new("locks list", "The accounts that each machine shall keep locked now, until when and why.", [], InspectionScope.EveryNode,
            [new("user", CellKind.Text), new("since", CellKind.Time), new("until", CellKind.Time), new("reason", CellKind.Text)], ListAsync),
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ListAsync(InspectedNode node, InspectionArguments given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (node.Locks is not { } locks)
            yield break;
        var ledger = await node.AskAsync<LockSnapshot>(locks, new LockCommands.List(), cancel).ConfigureAwait(false);
        foreach (var entry in ledger.Entries.Where(entry => entry.Locked).OrderBy(entry => entry.At))
            yield return [entry.User.Value, (DateTimeOffset?)entry.At, entry.Until, entry.Reason];
    }
}
