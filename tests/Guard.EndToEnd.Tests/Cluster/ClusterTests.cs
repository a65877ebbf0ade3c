using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>
/// Three real nodes under load, and what befalls servers. After each: every login that a log holds is counted once, no account had two writers, the quota of a
/// site was not overdrawn, and nobody was refused who keeps within it. How long decisions were away is told, not judged: that belongs to a quiet machine.
/// </summary>
[Collection(nameof(ThreeNodes))]
public sealed class ClusterTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_node_is_killed(int victim)
    {
        await using var load = await LoadAsync();
        var killed = Stopwatch.GetTimestamp();
        await three.Nodes[victim].KillAsync();
        var back = await three.UntilDecidingAsync(three.Nodes[1], killed);
        Tell($"decisions for all accounts were back {back.TotalSeconds:0.0} s after the kill");
        three.Nodes[victim].Start();
        await three.UntilTogetherAsync();
        await load.CheckAsync();
    }

    [Fact]
    public async Task The_database_is_away()
    {
        await using var load = await LoadAsync();
        await three.Database.StopAsync();
        await Task.Delay(ThreeNodes.Outage, TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        await three.Database.StartAsync();
        var back = await three.UntilDecidingAsync(three.Nodes[0], started);
        Tell($"decisions for all accounts were back {back.TotalSeconds:0.0} s after the database");
        await load.CheckAsync();
        Assert.True(load.Owners.WithoutTheGuard > 0, "the database was never missed");
    }

    [Fact]
    public async Task A_partition_isolates_a_node_that_still_reaches_the_database()
    {
        await using var load = await LoadAsync();
        const int Isolated = 0;
        var ended = three.Nodes[Isolated].Ended;
        var cut = Stopwatch.GetTimestamp();
        await three.Network.CutAsync(Isolated);
        await three.UntilAsync(() => Task.FromResult(three.Nodes[Isolated].Ended > ended), "the isolated node does not give up");
        var back = await three.UntilDecidingAsync(three.Nodes[1], cut);
        Tell($"decisions for all accounts were back {back.TotalSeconds:0.0} s after the partition");
        // Started again it finds the others' signs of life in the database, and begins no second cluster.
        await three.UntilAsync(
            () =>
                Task.FromResult(
                    three.Nodes[Isolated].Heard.LastIndexOf("Joining", StringComparison.Ordinal)
                        > three.Nodes[Isolated].Heard.LastIndexOf("out of its cluster", StringComparison.Ordinal)
                ),
            "the isolated node does not try to join"
        );
        await three.Network.HealAsync(Isolated);
        await three.UntilTogetherAsync();
        await load.CheckAsync();
    }

    [Fact]
    public async Task The_whole_cluster_is_killed_and_started_again()
    {
        await using var load = await LoadAsync();
        foreach (var node in three.Nodes)
            await node.KillAsync();
        var started = Stopwatch.GetTimestamp();
        foreach (var node in three.Nodes)
            node.Start();
        var back = await three.UntilDecidingAsync(three.Nodes[0], started);
        Tell($"decisions for all accounts were back {back.TotalSeconds:0.0} s after the start");
        await three.UntilTogetherAsync();
        await load.CheckAsync();
    }

    [Fact]
    public async Task Every_node_is_restarted_in_turn()
    {
        await using var load = await LoadAsync();
        foreach (var node in three.Nodes)
        {
            Assert.Equal(0, await node.StopAsync());
            node.Start();
            await three.UntilTogetherAsync();
        }
        await load.CheckAsync();
    }

    [Fact]
    public async Task Blocks_reach_every_firewall_and_a_node_that_was_away_brings_itself_into_line()
    {
        await using var load = await LoadAsync();
        await InspectAsync(three.Nodes[0], "blocks", "add", "203.0.113.7", "2h");
        await StandsEverywhereAsync("203.0.113.7", true);
        await three.Nodes[2].KillAsync();
        await InspectAsync(three.Nodes[1], "blocks", "remove", "203.0.113.7");
        await InspectAsync(three.Nodes[1], "blocks", "add", "203.0.113.8", "2h");
        three.Nodes[2].Start();
        await three.UntilTogetherAsync();
        await StandsEverywhereAsync("203.0.113.7", false);
        await StandsEverywhereAsync("203.0.113.8", true);
        await load.CheckAsync();
    }

    private Task StandsEverywhereAsync(string network, bool shall)
    {
        return three.UntilAsync(() => Task.FromResult(three.Nodes.All(Stands)), $"{network} {(shall ? "does not stand" : "still stands")} on every node");

        bool Stands(NodeProcess node) =>
            (
                File.Exists(node["firewall"])
                    ? File.ReadAllLines(node["firewall"]).LastOrDefault(line => line.EndsWith(" " + network, StringComparison.Ordinal))
                    : null
            )?.StartsWith('+')
            == true
            == shall;
    }

    private Task InspectAsync(NodeProcess node, params string[] words) =>
        three.UntilAsync(
            async () =>
            {
                try
                {
                    await foreach (var row in new Guard.Host.Inspection.InspectionClient(node.Socket).AskAsync(words, TestContext.Current.CancellationToken))
                    {
                        if (row.Cells.Any(cell => cell.Text == "yes"))
                            return true;
                    }
                }
                catch (Guard.Host.Node.InspectionException)
                {
                    // The ledgers are on their way to another node; asked again.
                }
                return false;
            },
            $"{string.Join(' ', words)} is not done"
        );

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private async Task<Load> LoadAsync()
    {
        await three.BeginAsync();
        return new Load(three);
    }

    /// <summary>Those who keep within their quota ask all nodes; those who ask for more than their site may have ask the two that tell when they cannot
    /// answer.</summary>
    private sealed class Load : IAsyncDisposable
    {
        // The quotas last for all tests.
        private static readonly ConcurrentDictionary<string, long> AllowedUntilNow = [];

        private readonly ThreeNodes _three;
        private readonly (string Site, PolicyTraffic Traffic)[] _greedy;
        private bool _stopped;

        public Load(ThreeNodes three)
        {
            _three = three;
            Owners = new PolicyTraffic(three.Nodes, number => LoginTraffic.Account(number % ThreeNodes.Accounts), 3);
            _greedy =
            [
                .. new[] { ThreeNodes.QuotaSite, ThreeNodes.BranchedSite }.Select(site =>
                    (site, new PolicyTraffic([three.Nodes[0], three.Nodes[1]], number => Greedy(number, site), 2))
                ),
            ];
            Owners.Start();
            foreach (var (_, traffic) in _greedy)
                traffic.Start();
        }

        public PolicyTraffic Owners { get; }

        private static string Greedy(int number, string site) => $"q{number % ThreeNodes.QuotaAccounts}@{site}";

        public async Task CheckAsync()
        {
            await StopAsync();
            await _three.SettleAsync();
            Tell(
                $"{_three.Sent} logins counted; mails of owners: {Owners.Allowed} allowed, {Owners.WithoutTheGuard} answered without the guard, {Owners.Broken} times the next node was asked"
            );
            Assert.Empty(Owners.Refusals);
            foreach (var (site, traffic) in _greedy)
            {
                var allowed = AllowedUntilNow.AddOrUpdate(site, traffic.Allowed, (_, before) => before + traffic.Allowed);
                var counted = 0L;
                for (var account = 0; account < ThreeNodes.QuotaAccounts; account++)
                    counted += await _three.LetThroughAsync(_three.Nodes[0], Greedy(account, site));
                Tell($"{site}: {allowed} mails allowed, {counted} counted of {ThreeNodes.SiteQuota}; {traffic.Refusals.Count} refused in this test");
                Assert.InRange(counted, allowed, ThreeNodes.SiteQuota);
            }
        }

        private async Task StopAsync()
        {
            if (_stopped)
                return;
            _stopped = true;
            await Owners.StopAsync();
            foreach (var (_, traffic) in _greedy)
                await traffic.StopAsync();
        }

        public async ValueTask DisposeAsync() => await StopAsync();
    }
}
