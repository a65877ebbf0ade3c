using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Host.Node;
using Guard.Host.Node.Questions;
using Guard.Messages.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Lifts everything that the guard has set, on all nodes.</summary>
internal static class OffWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new(
            "off",
            "Lift all locks, blocks and limits on all nodes, and set none before the guard's next start. Held mail stays held.",
            [InspectionArguments.Reason],
            InspectionScope.Anywhere,
            [new("what", CellKind.Text), new("name", CellKind.Text), new("result", CellKind.Text)],
            OffAsync
        )
        {
            Act = "enforcement.off",
        },
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> OffAsync(
        InspectedNode node,
        InspectionArguments given,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (node.Locks is { } locks)
        {
            var locked = await node.AskAsync<LockSnapshot>(locks, new LockCommands.List(), cancel).ConfigureAwait(false);
            var answer = await node.AskAsync<BlockCommands.Answer>(locks, new LockCommands.Lift(null, given.By), cancel).ConfigureAwait(false);
            foreach (var entry in locked.Entries.Where(entry => entry.Locked))
                yield return ["lock", entry.User.Value, "lifted"];
            yield return ["locks", "", answer.Text];
        }
        var blocks = await node.AskAsync<FirewallSnapshot>(node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        var lifted = await node.AskAsync<BlockCommands.Answer>(node.Firewall, new BlockCommands.LiftAll(given.By), cancel).ConfigureAwait(false);
        foreach (var block in blocks.Standing)
            yield return ["block", $"{block.Network.Address}/{block.Network.Length}", "lifted"];
        foreach (var limit in blocks.Limited)
            yield return ["limit", $"{limit.Network.Address}/{limit.Network.Length}", "lifted"];
        yield return ["blocks", "", lifted.Text];
        foreach (var held in await HeldAsync(node, cancel).ConfigureAwait(false))
            yield return ["mail", held.User.Value, AccountWayBack.HeldText(held.User, held.Mails)];
        yield return
        [
            "guard",
            "",
            "sets nothing before its next start; mail servers that ask are answered by its mode still: for good, set mode = observe or stop it",
        ];
    }

    private static async Task<(Guard.Messages.Identity.UserId User, int Mails)[]> HeldAsync(InspectedNode node, CancellationToken cancel)
    {
        try
        {
            var held = await NodeInquiry.ListAsync(node, NodeQuestions.HeldMail, [], cancel).ConfigureAwait(false);
            return [.. held.Where(one => one.Item is not null).GroupBy(one => one.Item!.User).Select(group => (group.Key, group.Count()))];
        }
        catch (InspectionException)
        {
            return [];
        }
    }
}
