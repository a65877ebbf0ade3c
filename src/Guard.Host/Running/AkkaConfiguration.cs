using Akka.Configuration;
using Guard.Actors.Serialization;
using Guard.Host.Configuration;

namespace Guard.Host.Running;

/// <summary>Makes Akka's configuration from ours. The file's own <c>akka</c> section goes on top.</summary>
public static class AkkaConfiguration
{
    public static Config Of(GuardSettings settings, Config own)
    {
        var address = settings.ClusterListen.Address;
        var seeds = $"\"akka.tcp://AccountGuard@{address}:{settings.ClusterListen.Port}\"";
        var text = $$"""
            akka {
              loglevel = WARNING
              stdout-loglevel = WARNING
              loggers = ["Guard.Host.Running.SerilogLogger, accountguard"]
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
              actor {
                provider = cluster
                guard-dispatcher { type = ForkJoinDispatcher, throughput = 30, dedicated-thread-pool { thread-count = {{Math.Max(2, Environment.ProcessorCount)}} } }
              }
              remote.dot-netty.tcp { hostname = "{{address}}", port = {{settings.ClusterListen.Port}} }
              cluster {
                seed-nodes = [{{seeds}}]
                downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
                sharding { state-store-mode = ddata, remember-entities = off, distributed-data.durable.keys = [] }
              }
              persistence { max-concurrent-recoveries = 200 }
            }
            petabridge.cmd { host = "127.0.0.1", port = 9110 }
            """;
        return own.WithFallback(ConfigurationFactory.ParseString(text))
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
            .WithFallback(PersistenceConfiguration.Of(settings.Persistence));
    }
}
