using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Clustering;

/// <summary>Nodes that came together in spite of their configuration, by Akka's own settings: the younger one leaves before it hosts anything.</summary>
public sealed class OtherJournalSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-traits").FullName;

    private static string FreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return free.LocalEndpoint.ToString()!;
    }

    private Task<GuardNode> StartAsync(string address, string seed, string name)
    {
        var loaded = GuardConfiguration.Load(
            Path.Combine(Repository.Root, "hocon", "demo.conf"),
            new Dictionary<string, string>
            {
                ["accountguard.data-directory"] = Path.Combine(_directory, address.Replace(":", "-", StringComparison.Ordinal)),
                ["accountguard.cluster.listen"] = address,
                ["accountguard.cluster.node"] = name,
                ["accountguard.cluster.dangerous-plain-transport"] = "on",
                ["accountguard.intake.logs.files"] = "[]",
                ["accountguard.intake.postfix-policy.listen"] = "off",
                ["accountguard.intake.auth-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.console.listen"] = "off",
                ["accountguard.geo.fetch-default"] = "off",
                ["akka.cluster.seed-nodes"] = $"[\"akka.tcp://AccountGuard@{seed}\"]",
            }
        );
        Assert.Empty(loaded.Faults);
        return GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
    }

    [Fact]
    public async Task A_second_node_with_a_SQLite_of_its_own_leaves_at_once_and_says_why()
    {
        var seed = FreeAddress();
        await using var first = await StartAsync(seed, seed, "one");
        var failure = await Assert.ThrowsAsync<IOException>(() => StartAsync(FreeAddress(), seed, "two"));
        Assert.Contains("engine = postgres", failure.Message, StringComparison.Ordinal);
        Assert.False(first.Ended.IsCompleted);
    }

    [Fact]
    public async Task Two_nodes_of_one_name_are_told_apart_before_their_sources_mix()
    {
        var seed = FreeAddress();
        await using var first = await StartAsync(seed, seed, "one");
        var failure = await Assert.ThrowsAsync<IOException>(() => StartAsync(FreeAddress(), seed, "one"));
        Assert.Contains("accountguard.cluster.node", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, true);
    }
}
