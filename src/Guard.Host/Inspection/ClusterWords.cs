using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Guard.Host.Node;
using Guard.Messages.Inspection;

namespace Guard.Host.Inspection;

/// <summary>Commands about the cluster itself.</summary>
internal static class ClusterWords
{
    public static ImmutableArray<InspectionCommand> Commands { get; } =
    [
        new(
            "cluster",
            "The members of the cluster, as the answering node sees them.",
            [],
            InspectionScope.Anywhere,
            [
                new("member", CellKind.Text),
                new("status", CellKind.Text),
                new("reachable", CellKind.Text),
                new("roles", CellKind.Text),
                new("leader", CellKind.Text),
                new("oldest", CellKind.Text),
                new("version", CellKind.Text),
                new("answering", CellKind.Text),
            ],
            InspectionCommand.AtOnce(Members)
        ),
        new(
            "shards",
            "How many shards and awake entities of each region live on which node.",
            [],
            InspectionScope.Anywhere,
            [new("region", CellKind.Text), new("node", CellKind.Text), new("shards", CellKind.Number), new("entities", CellKind.Number)],
            ShardsAsync
        ),
        new(
            "settings",
            "What the configuration hands to Akka (akka { … }) and to Petabridge's client (petabridge.cmd { … }) as it is, and whether anything heeds it.",
            [],
            InspectionScope.Anywhere,
            [new("key", CellKind.Text), new("value", CellKind.Text), new("where", CellKind.Text), new("heeded", CellKind.Text)],
            InspectionCommand.AtOnce(
                static (node, _) =>
                    node.Passed.Select(setting =>
                        ImmutableArray.Create<Cell>(
                            setting.Key,
                            setting.Value,
                            setting.Where,
                            YesOrNo(HasPetabridge || !setting.Key.StartsWith("petabridge", StringComparison.Ordinal))
                        )
                    )
            )
        ),
    ];

    private const bool HasPetabridge =
#if PETABRIDGE
        true;
#else
        false;
#endif

    private static IEnumerable<ImmutableArray<Cell>> Members(InspectedNode node, InspectionArguments _)
    {
        var cluster = Cluster.Get(node.System);
        var state = cluster.State;
        var oldest = state
            .Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .OrderBy(member => member, Member.AgeOrdering)
            .FirstOrDefault();
        foreach (var member in state.Members.OrderBy(member => member, Member.AgeOrdering))
        {
            yield return
            [
                InspectedNode.NameOf(member.Address),
                member.Status.ToString().ToLowerInvariant(),
                YesOrNo(!state.Unreachable.Contains(member)),
                string.Join(", ", member.Roles.Order(StringComparer.Ordinal)),
                YesOrNo(member.Address.Equals(state.Leader)),
                YesOrNo(member.Equals(oldest)),
                member.AppVersion.ToString(),
                YesOrNo(member.Address.Equals(cluster.SelfAddress)),
            ];
        }
    }

    private static async IAsyncEnumerable<ImmutableArray<Cell>> ShardsAsync(
        InspectedNode node,
        InspectionArguments given,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        foreach (var (name, region) in new (string, IActorRef)[] { ("site", node.Regions.Sites), ("user", node.Regions.Users) })
        {
            var stats = await node.AskAsync<ClusterShardingStats>(region, new GetClusterShardingStats(TimeSpan.FromSeconds(5)), cancel).ConfigureAwait(false);
            foreach (var (address, shards) in stats.Regions.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
                yield return [name, InspectedNode.NameOf(address), shards.Stats.Count, shards.Stats.Values.Sum()];
        }
    }

    private static string YesOrNo(bool yes) => yes ? "yes" : "no";
}
