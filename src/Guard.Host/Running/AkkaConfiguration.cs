using Akka.Configuration;
using Guard.Actors.Serialization;
using Guard.Host.Clustering;
using Guard.Host.Configuration;

namespace Guard.Host.Running;

/// <summary>Makes Akka's configuration from ours. The file's own <c>akka</c> section goes on top.</summary>
public static class AkkaConfiguration
{
    public static Config Of(GuardSettings settings, Config own)
    {
        var text = $$"""
            akka {
              loglevel = WARNING
              stdout-loglevel = WARNING
              loggers = ["Guard.Host.Running.SerilogLogger, accountguard"]
              # No decision waits for a timer of Akka's, and ten looks at the clock a second instead of a hundred halve what an idle guard costs (decision 0043).
              scheduler.tick-duration = 100ms
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              coordinated-shutdown {
                exit-clr = off
                run-by-clr-shutdown-hook = off
                # How long what stops may take (GuardNode). What is over time is left: nothing is lost, since what was not acknowledged is told again after the start.
                # All of it fits into TimeoutStopSec= of the unit.
                phases {
                  service-unbind.timeout = 10s
                  service-requests-done.timeout = 25s
                  before-actor-system-terminate.timeout = 10s
                }
              }
              actor {
                provider = cluster
                # See Guard.Actors.Entities.BackgroundDispatcher.
                guard-background { type = ForkJoinDispatcher, throughput = 5, dedicated-thread-pool { thread-count = {{Math.Max(
                1,
                Environment.ProcessorCount / 2
            )}} } }
              }
              persistence {
                max-concurrent-recoveries = 200
                journal-plugin-fallback {
                  # It never opens: whoever a half-open one turns away from the snapshot store gets no answer at all, and waits for it long after the database is back. What a
                  # database that is away costs is kept small by our own engines.
                  circuit-breaker { max-failures = 1000000000, call-timeout = 10s, reset-timeout = 3s }
                  recovery-event-timeout = 10s
                  # It takes an account that came back to a node it had lived on for one with two writers, and drops what was journaled since from its recovery. Two writers
                  # cannot be here: the journal's key is unique in account and number.
                  replay-filter.mode = off
                }
                snapshot-store-plugin-fallback.circuit-breaker { max-failures = 1000000000, call-timeout = 10s, reset-timeout = 3s }
              }
            }
            petabridge.cmd { host = "127.0.0.1", port = 9110 }
            """;
        return own.WithFallback(ConfigurationFactory.ParseString(text))
            .WithFallback(ConfigurationFactory.ParseString(ClusterConfiguration.Of(settings)))
            .WithFallback(ClusterConfiguration.Extensions)
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
            .WithFallback(PersistenceConfiguration.Of(settings.Persistence));
    }
}
