using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Serialization;
using Akka.DistributedData.Serialization;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Serilog;

namespace Guard.Host.Clustering.Wire;

/// <summary>
/// What this node takes from other nodes: the guard's own contracts, and Akka's messages that keep a cluster together. Every other serializer that Akka has by
/// default, or that an extension brings, is replaced by one that refuses: they load classes by names that the sender chooses, create actors, or end them. It
/// holds for what is nested in other messages as well, since Akka finds each part's serializer by its number.
/// </summary>
internal static class AcceptedMessages
{
    /// <summary>Serializers that take what they are sent as their contracts say, and know no classes by name: the guard's, Akka's of text and numbers, of the
    /// replicator, of sharding and of singletons.</summary>
    private static readonly ImmutableHashSet<string> Whole = ["accountguard", "primitive", "akka-data-replication", "akka-sharding", "akka-singleton"];

    private static readonly string[] Miscellaneous = ["ID", "AID", "AR", "RWHB", "RWHR", "STS"];

    private static readonly string[] OfCluster =
    [
        "HB",
        "HBR",
        "Akka.Cluster.ClusterHeartbeatSender+Heartbeat, Akka.Cluster",
        "Akka.Cluster.ClusterHeartbeatSender+HeartbeatRsp, Akka.Cluster",
        "Akka.Cluster.GossipStatus, Akka.Cluster",
        "Akka.Cluster.GossipEnvelope, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+InitJoin, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+InitJoinAck, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+InitJoinNack, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+Join, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+Welcome, Akka.Cluster",
        "Akka.Cluster.InternalClusterAction+ExitingConfirmed, Akka.Cluster",
        "Akka.Cluster.ClusterUserAction+Leave, Akka.Cluster",
        "Akka.Cluster.ClusterUserAction+Down, Akka.Cluster",
    ];

    public static SerializationSetup Setup(ILogger log) => SerializationSetup.Create(system => Of(system, new RefusedMessages(log)));

    internal static ImmutableHashSet<SerializerDetails> Of(ExtendedActorSystem system, RefusedMessages refused)
    {
        var serializers = new List<SerializerDetails>
        {
            Details("akka-containers", new SelectedActors(system, refused)),
            Details("akka-system-msg", new SystemMessages(system, refused)),
            Details("akka-misc", new MiscellaneousMessages(system, new NarrowedSerializer(system, new MiscMessageSerializer(system), Miscellaneous, refused))),
            Details("akka-cluster", new NarrowedSerializer(system, new ClusterMessageSerializer(system), OfCluster, refused)),
            Details(
                "akka-replicated-data",
                new NarrowedSerializer(
                    system,
                    new ReplicatedDataSerializer(system),
                    [ReplicatedTypes.Register, ReplicatedTypes.RegisterKey, ReplicatedTypes.Deleted],
                    refused,
                    ReplicatedTypes.Unknown
                )
            ),
            Details("null", new RefusingSerializer(system, 0, refused)),
        };
        var named = serializers.Select(static one => one.Alias).ToImmutableHashSet();
        foreach (var (alias, type) in system.Settings.Config.GetConfig("akka.actor.serializers").AsEnumerable())
        {
            if (!Whole.Contains(alias) && !named.Contains(alias))
                serializers.Add(Details(alias, new RefusingSerializer(system, IdentifierOf(system, type.GetString()), refused)));
        }
        return [.. serializers];
    }

    /// <summary>The number by which the serializer is found.</summary>
    private static int IdentifierOf(ExtendedActorSystem system, string name)
    {
        var type = Type.GetType(name, throwOnError: true)!;
        try
        {
            return SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(type, system);
        }
        catch (ArgumentException)
        {
            // It brings its number itself.
            return ((Serializer)Activator.CreateInstance(type, system)!).Identifier;
        }
    }

    private static SerializerDetails Details(string alias, Serializer serializer) => SerializerDetails.Create(alias, serializer, []);
}
