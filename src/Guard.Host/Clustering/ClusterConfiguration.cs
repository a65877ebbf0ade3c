using System.Net.Sockets;
using System.Reflection;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;
using Guard.Host.Configuration;

namespace Guard.Host.Clustering;

/// <summary>Makes Akka's settings of remoting and cluster from ours.</summary>
internal static class ClusterConfiguration
{
    /// <summary>Between the decision to give a node up and the start of its entities elsewhere: as long as the node may need to notice that it was given
    /// up.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>When the view of the others has not become stable for so long, all stop: then the database says who goes on.</summary>
    private static readonly TimeSpan Unstable = TimeSpan.FromSeconds(20);

    /// <summary>A shard's home or a whole policy in one message; Akka's usual limit is too small for hundreds of observations.</summary>
    private const int LargestFrame = 4_000_000;

    public static string Of(GuardSettings settings)
    {
        var cluster = settings.Cluster;
        var (listen, advertise) = (settings.ClusterListen, cluster.OpensTransport ? cluster.Advertise : null);
        // An IPv6 address would have to be written in brackets, and is only a name here when the node is alone.
        var host = cluster.OpensTransport || listen.AddressFamily == AddressFamily.InterNetwork ? listen.Address.ToString() : "localhost";
        var transport = cluster.OpensTransport ? "" : UnreachableTransport.Hocon(host, listen.Port);
        // Alone, a node is its own seed. With others it is told by the database's register whom to join.
        // A role tells what a node does, not what it might do.
        var roles = cluster.Roles.Where(role => role != ClusterSettings.Console || settings.Console is not null);
        var seeds = cluster.HasOthers ? "" : $"\"akka.tcp://AccountGuard@{advertise?.Host ?? host}:{advertise?.Port ?? listen.Port}\"";
        return $$"""
            {{transport}}
            akka {
              log-serializer-override-on-start = off
              remote.dot-netty.tcp {
                hostname = "{{listen.Address}}"
                port = {{listen.Port}}
                {{(advertise is null ? "" : $"public-hostname = \"{advertise.Host}\", public-port = {advertise.Port}")}}
                enable-ssl = {{(cluster.Tls is null ? "false" : "true")}}
                maximum-frame-size = {{LargestFrame}}b
                send-buffer-size = {{LargestFrame}}b
                receive-buffer-size = {{LargestFrame}}b
              }
              cluster {
                seed-nodes = [{{seeds}}]
                roles = [{{string.Join(", ", roles.Concat(NodeTraits.Of(settings)).Select(HoconQuoting.Quote))}}]
                app-version = "{{Version}}"
                unreachable-nodes-reaper-interval = 300ms
                seed-node-timeout = 3s
                retry-unsuccessful-join-after = 3s
                downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
                down-removal-margin = {{(int)Margin.TotalMilliseconds}}ms
                split-brain-resolver {
                  active-strategy = keep-majority
                  stable-after = {{(int)cluster.StableAfter.TotalMilliseconds}}ms
                  down-all-when-unstable = {{(int)Unstable.TotalMilliseconds}}ms
                }
                failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 2s }
                singleton { hand-over-retry-interval = 500ms }
                singleton-proxy { singleton-identification-interval = 500ms, log-singleton-identification-failure = off }
                sharding {
                  state-store-mode = ddata
                  remember-entities = off
                  # A write of the coordinator waits for a true majority: by default all of a small cluster must answer, so that one dead node would stop shards from being given away.
                  # It reads from all, so that nothing that was written is missed.
                  distributed-data { durable.keys = [], majority-min-cap = 1 }
                  coordinator-state { write-majority-plus = 0, read-majority-plus = 5 }
                  retry-interval = 500ms
                  coordinator-failure-backoff = 1s
                  rebalance-interval = 5s
                  # A node that dies while it hands a shard over holds that shard up for so long.
                  handoff-timeout = 8s
                  waiting-for-state-timeout = 1s
                }
              }
            }
            """;
    }

    /// <summary>The extensions' own settings, their serializers among them: the others send to a node from when it is a member, which is before it has started
    /// them.</summary>
    public static Config Extensions =>
        ClusterSharding.DefaultConfig().WithFallback(ClusterSingleton.DefaultConfig()).WithFallback(DistributedData.DefaultConfig());

    /// <summary>What the members of a cluster see of each other's version.</summary>
    public static string Version => (Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0, 0)).ToString(3);
}
