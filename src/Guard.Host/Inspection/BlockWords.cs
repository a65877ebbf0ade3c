using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Node;
using Guard.Messages.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about what firewalls shall block. There is one ledger of blocks, in a cluster for all its nodes; any node asks it.</summary>
internal static class BlockWords
{
    private static readonly TimeSpan UsualHold = TimeSpan.FromDays(1);
    private static readonly InspectionArgument Network = InspectionArgument.Must(
        "ADDRESS",
        ArgumentKind.Address,
        "an IPv4 address or /24, an IPv6 address, /64, /56 or /48"
    );
    private static readonly ImmutableArray<Column> Result = [new("network", CellKind.Text), new("done", CellKind.Text), new("result", CellKind.Text)];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new(
            "blocks list",
            "What the firewalls shall block now, until when and why.",
            [],
            InspectionScope.Anywhere,
            [new("network", CellKind.Text), new("until", CellKind.Time), new("by", CellKind.Text), new("reason", CellKind.Text), new("what", CellKind.Text)],
            ListAsync
        ),
        new(
            "blocks add",
            "Block a network by hand on every node; an exempt one never.",
            [Network, InspectionArgument.May("FOR", ArgumentKind.Duration, "how long, such as 2h; else a day"), InspectionArguments.Reason],
            InspectionScope.Anywhere,
            Result,
            AddAsync
        )
        {
            Act = "block.add",
        },
        new(
            "blocks remove",
            "Lift a block on every node.",
            [Network, InspectionArguments.Reason],
            InspectionScope.Anywhere,
            Result,
            (node, given, cancel) => AskAsync(node, given, network => new BlockCommands.Remove(network, given.By), cancel)
        )
        {
            Act = "block.lift",
        },
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ListAsync(
        InspectedNode node,
        InspectionArguments given,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        var ledger = await node.AskAsync<FirewallSnapshot>(node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        foreach (
            var (block, what) in ledger
                .Standing.Select(block => (block, "blocked"))
                .Concat(ledger.Limited.Select(block => (block, "slowed down")))
                .OrderBy(one => one.block.Until)
        )
            yield return [FirewallLedger.Prefix(block.Network).ToString(), (DateTimeOffset?)block.Until, block.By, block.Reason, what];
    }

    private static IAsyncEnumerable<ImmutableArray<Cell>> AddAsync(InspectedNode node, InspectionArguments given, CancellationToken cancel)
    {
        var hold = given.Duration("FOR") ?? UsualHold;
        return AskAsync(node, given, network => new BlockCommands.Add(network, hold, given.By), cancel);
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> AskAsync(
        InspectedNode node,
        InspectionArguments given,
        Func<BlockedNetwork, object> command,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        var network = Read(given.Word("ADDRESS")!);
        var answer = await node.AskAsync<BlockCommands.Answer>(node.Firewall, command(FirewallLedger.Network(network)), cancel).ConfigureAwait(false);
        yield return [network.ToString(), answer.Done ? "yes" : "no", answer.Text];
    }

    private static NetworkPrefix Read(string text)
    {
        if (!NetworkPrefix.TryParse(text, out var network))
            throw new InspectionException($"'{text}' is not an address or a network");
        try
        {
            return BlockScope.Of(network);
        }
        catch (ArgumentException impossible)
        {
            throw new InspectionException(impossible.Message);
        }
    }
}
