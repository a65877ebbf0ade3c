using System.Collections.Immutable;
using Akka.Cluster;
using Guard.Host.Configuration;

namespace Guard.Host.Clustering;

/// <summary>What nodes must have in common, or must not, told to the others as roles: the cluster's state has no other place for it.</summary>
internal static class NodeTraits
{
    private const string Name = "node-";
    private const string Journal = "journal-";
    private const string Shards = "shards-";
    private const string Sqlite = "sqlite";

    public static ImmutableArray<string> Of(GuardSettings settings) =>
        [
            Name + settings.Cluster.Node,
            Journal + JournalOf(settings.Persistence.Engine),
            Shards + settings.Cluster.Shards.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];

    /// <summary>Why this node cannot be in one cluster with those that were there before it; null when it can.</summary>
    public static string? Against(GuardSettings settings, Member self, IEnumerable<Member> members)
    {
        if (settings.Cluster.SeparateJournals)
            return null;
        var mine = Of(settings);
        foreach (
            var other in members.Where(other =>
                !other.UniqueAddress.Equals(self.UniqueAddress) && other.IsOlderThan(self) && other.Status is MemberStatus.Up or MemberStatus.Leaving
            )
        )
        {
            if (other.HasRole(mine[0]))
                return $"{other.Address} is named '{settings.Cluster.Node}' too; set accountguard.cluster.node";
            if (JournalOf(settings.Persistence.Engine) == Sqlite || !other.HasRole(mine[1]))
                return $"{other.Address} is in the cluster already, and nodes with journals of their own, as in SQLite, cannot share accounts; set accountguard.persistence.engine = postgres on all nodes";
            if (!other.HasRole(mine[2]))
                return $"{other.Address} has another number of shards; accountguard.cluster.shards must be the same on all nodes, and changes only while all are stopped";
        }
        return null;
    }

    private static string JournalOf(PersistenceEngine engine) => engine is PersistenceEngine.GroupCommit or PersistenceEngine.Stock ? Sqlite : "postgres";
}
