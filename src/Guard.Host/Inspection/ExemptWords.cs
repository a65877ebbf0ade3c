using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Node;
using Guard.Messages.Enforcement;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about networks that are never blocked, besides those of the configuration. There is one ledger of them.</summary>
internal static class ExemptWords
{
    private static readonly InspectionArgument Network = InspectionArgument.Must(
        "NETWORK",
        ArgumentKind.Word,
        "an address or a network of any length, such as 192.0.2.0/20"
    );
    private static readonly ImmutableArray<Column> Result = [new("network", CellKind.Text), new("done", CellKind.Text), new("result", CellKind.Text)];

    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new(
            "exempt list",
            "Networks that are never blocked, besides those of the configuration.",
            [],
            InspectionScope.Anywhere,
            [new("network", CellKind.Text), new("since", CellKind.Time), new("until", CellKind.Time), new("by", CellKind.Text), new("reason", CellKind.Text)],
            ListAsync
        ),
        new(
            "exempt add",
            "Never block a network; what is blocked of it is lifted.",
            [Network, InspectionArgument.May("FOR", ArgumentKind.Duration, "how long, such as 2h; else until it is taken back"), InspectionArguments.Reason],
            InspectionScope.Anywhere,
            Result,
            (node, given, cancel) => AskAsync(node, given, network => new BlockCommands.Exempt(network, given.Duration("FOR"), given.By), cancel)
        )
        {
            Act = "exempt.add",
        },
        new(
            "exempt remove",
            "Let a network be blocked again.",
            [Network, InspectionArguments.Reason],
            InspectionScope.Anywhere,
            Result,
            (node, given, cancel) => AskAsync(node, given, network => new BlockCommands.EndExemption(network, given.By), cancel)
        )
        {
            Act = "exempt.remove",
        },
    ];

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ListAsync(
        InspectedNode node,
        InspectionArguments given,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var ledger = await node.AskAsync<FirewallSnapshot>(node.Firewall, new BlockCommands.List(), cancel).ConfigureAwait(false);
        foreach (var exempt in ledger.Exempt.OrderBy(exempt => exempt.Since))
            yield return [FirewallLedger.Prefix(exempt.Network).ToString(), (DateTimeOffset?)exempt.Since, exempt.Until, exempt.By, exempt.Reason];
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> AskAsync(
        InspectedNode node,
        InspectionArguments given,
        Func<BlockedNetwork, object> command,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (!NetworkPrefix.TryParse(given.Word("NETWORK")!, out var network))
            throw new InspectionException($"'{given.Word("NETWORK")}' is not an address or a network");
        var answer = await node.AskAsync<BlockCommands.Answer>(node.Firewall, command(FirewallLedger.Network(network)), cancel).ConfigureAwait(false);
        yield return [network.ToString(), answer.Done ? "yes" : "no", answer.Text];
    }
}
