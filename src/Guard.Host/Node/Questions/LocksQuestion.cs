using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>An account that a machine shall keep locked.</summary>
/// <param name="Until">Null for a lock without an end.</param>
public sealed record LockedAccount(UserId User, DateTimeOffset Since, DateTimeOffset? Until, string Reason);

/// <summary>The accounts that a machine shall keep locked now.</summary>
public sealed class LocksQuestion() : NodeQuestion<LockedAccount>("locks list")
{
    public override async IAsyncEnumerable<LockedAccount> AnswerAsync(
        InspectedNode node,
        ImmutableArray<string> parameters,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        foreach (var locked in await InLedgerAsync(node, cancel).ConfigureAwait(false))
            yield return locked;
    }

    /// <summary>The locks of the cluster's one ledger, the oldest first.</summary>
    public static async Task<ImmutableArray<LockedAccount>> InLedgerAsync(InspectedNode node, CancellationToken cancel)
    {
        if (node.Locks is not { } locks)
            return [];
        var ledger = await node.AskAsync<LockSnapshot>(locks, new LockCommands.List(), cancel).ConfigureAwait(false);
        return
        [
            .. ledger
                .Entries.Where(entry => entry.Locked)
                .OrderBy(entry => entry.At)
                .Select(entry => new LockedAccount(entry.User, entry.At, entry.Until, entry.Reason)),
        ];
    }

    public override ImmutableArray<Cell> Write(LockedAccount item) => [item.User.Value, (DateTimeOffset?)item.Since, item.Until, item.Reason];

    public override LockedAccount Read(ImmutableArray<Cell> row) =>
        new(new UserId(row[0].Text), row[1].Time, row[2].Kind == CellKind.Time ? row[2].Time : null, row[3].Text);
}
