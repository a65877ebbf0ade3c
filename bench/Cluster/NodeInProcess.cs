using Guard.Bench.Shared;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Serilog;

namespace Guard.Bench.Cluster;

/// <summary>A whole node in this process, without logs or listeners.</summary>
internal static class NodeInProcess
{
    public static async Task<GuardNode> StartAsync(Store store, string more = "")
    {
        var file = Path.Combine(store.Directory, "bench.conf");
        await File.WriteAllTextAsync(
                file,
                $$"""
                accountguard {
                  data-directory = "{{store.Directory}}"
                  log-level = warning
                  passivate-after = 1h
                  intake { logs.default-domain = "example.com", postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
                  geo { overrides = "{{GuardProcess.Repository}}/hocon/demo/places.txt", fetch-default = off }
                  cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
                  console.listen = off
                  {{store.Hocon}}
                  {{more}}
                }
                """
            )
            .ConfigureAwait(false);
        var loaded = GuardConfiguration.Load(file);
        if (loaded.Settings is null)
            throw new InvalidOperationException(string.Join('\n', loaded.Faults));
        // Not disposed before the node is.
        var log = new LoggerConfiguration().MinimumLevel.Warning().WriteTo.Console().CreateLogger();
        return await GuardNode.StartAsync(loaded.Settings, loaded.Akka, log).ConfigureAwait(false);
    }
}
