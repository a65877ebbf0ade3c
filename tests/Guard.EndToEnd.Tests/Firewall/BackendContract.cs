using System.Diagnostics;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Xunit;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>What every firewall backend has to show on two machines.</summary>
internal static class BackendContract
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static WantedBlock For(string address, TimeSpan hold) => new(Network(address), TimeProvider.System.GetUtcNow() + hold, "test");

    public static NetworkPrefix Network(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);

    public static async Task The_thief_is_dropped_and_nobody_else(TwoMachines machines, IFirewallBackend firewall, CancellationToken cancellation)
    {
        string[] all = [TwoMachines.Thief4, TwoMachines.Neighbour4, TwoMachines.Stranger4, TwoMachines.Thief6, TwoMachines.ThiefAgain6, TwoMachines.Stranger6];
        foreach (var address in all)
            Assert.True(await machines.Reaches(address, cancellation), address);
        using var open = await machines.Connect(TwoMachines.Thief4, cancellation);
        Assert.True(await TwoMachines.Echoes(open!, cancellation));

        var watch = Stopwatch.StartNew();
        await firewall.Apply([For(TwoMachines.Thief4, TimeSpan.FromMinutes(10)), For(TwoMachines.Thief6, TimeSpan.FromMinutes(10))], [], cancellation);
        Assert.False(await machines.Reaches(TwoMachines.Thief4, cancellation));
        Assert.True(watch.Elapsed < Soon, $"took {watch.Elapsed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"dropped after {watch.Elapsed.TotalMilliseconds:0} ms, of which 400 ms are the waiting for an answer");
        Assert.False(await TwoMachines.Echoes(open!, cancellation), "an open connection of the thief stalls too");
        Assert.False(await machines.Reaches(TwoMachines.Thief6, cancellation));
        Assert.False(await machines.Reaches(TwoMachines.ThiefAgain6, cancellation), "another address of the same /64");
        foreach (var address in new[] { TwoMachines.Neighbour4, TwoMachines.Stranger4, TwoMachines.Stranger6 })
            Assert.True(await machines.Reaches(address, cancellation), address);

        var standing = await firewall.List(cancellation);
        Assert.Equal(["10.77.0.66/32", "fd77:0:0:66::/64"], standing.Select(block => block.Network.ToString()).Order(StringComparer.Ordinal));
        Assert.All(
            standing,
            block => Assert.InRange(block.Until!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10.1))
        );

        await firewall.Apply([], [Network(TwoMachines.Thief4), Network("10.99.0.1")], cancellation);
        Assert.True(await machines.Reaches(TwoMachines.Thief4, cancellation));
        Assert.False(await machines.Reaches(TwoMachines.Thief6, cancellation));
    }

    public static async Task A_network_is_dropped_as_a_whole(TwoMachines machines, IFirewallBackend firewall, CancellationToken cancellation)
    {
        await firewall.Apply([For("10.77.0.0/24", TimeSpan.FromMinutes(10))], [], cancellation);
        Assert.False(await machines.Reaches(TwoMachines.Thief4, cancellation));
        Assert.False(await machines.Reaches(TwoMachines.Neighbour4, cancellation));
        Assert.True(await machines.Reaches(TwoMachines.Stranger4, cancellation));
    }

    public static async Task An_ipv6_prefix_is_dropped_as_a_whole_and_no_other(TwoMachines machines, IFirewallBackend firewall, CancellationToken cancellation)
    {
        // The thief's and the stranger's /64 lie in one /56.
        await firewall.Apply([For("fd77:0:0:66::/64", TimeSpan.FromMinutes(10)), For("fd77:0:0:100::/56", TimeSpan.FromMinutes(10))], [], cancellation);
        Assert.False(await machines.Reaches(TwoMachines.Thief6, cancellation));
        Assert.True(await machines.Reaches(TwoMachines.Stranger6, cancellation), "another /56");
        foreach (var length in new[] { 56, 48 })
        {
            var prefix = $"fd77::/{length}";
            // Beside the narrower one that stands in it, renewed, and alone.
            await firewall.Apply([For(prefix, TimeSpan.FromMinutes(10))], [], cancellation);
            await firewall.Apply([For(prefix, TimeSpan.FromMinutes(20))], [], cancellation);
            Assert.False(await machines.Reaches(TwoMachines.Stranger6, cancellation), prefix);
            Assert.True(await machines.Reaches(TwoMachines.Stranger4, cancellation));
            Assert.Contains(Network(prefix), (await firewall.List(cancellation)).Select(block => block.Network));
            await firewall.Apply([], [Network("fd77:0:0:66::/64")], cancellation);
            Assert.False(await machines.Reaches(TwoMachines.Thief6, cancellation), prefix);
            await firewall.Apply([For("fd77:0:0:66::/64", TimeSpan.FromMinutes(10))], [Network(prefix)], cancellation);
            // The neighbours' answers were dropped as well, so that they have to find each other again.
            Assert.True(await Eventually.Within(Patience, () => machines.Reaches(TwoMachines.Stranger6, cancellation), cancellation), prefix);
            Assert.False(await machines.Reaches(TwoMachines.Thief6, cancellation));
        }
        await firewall.Reconcile([For("fd77::/48", TimeSpan.FromMinutes(10))], cancellation);
        Assert.Equal([Network("fd77::/48")], (await firewall.List(cancellation)).Select(block => block.Network));
        Assert.False(await machines.Reaches(TwoMachines.Stranger6, cancellation));
    }

    public static async Task A_block_ends_by_itself_and_is_renewed_by_repeating(TwoMachines machines, IFirewallBackend firewall, CancellationToken cancellation)
    {
        await firewall.Apply([For(TwoMachines.Thief4, TimeSpan.FromSeconds(2)), For(TwoMachines.Neighbour4, TimeSpan.FromSeconds(2))], [], cancellation);
        Assert.False(await machines.Reaches(TwoMachines.Thief4, cancellation));
        await firewall.Apply([For(TwoMachines.Thief4, TimeSpan.FromMinutes(10))], [], cancellation);
        Assert.True(await Eventually.Within(Patience, () => machines.Reaches(TwoMachines.Neighbour4, cancellation), cancellation));
        Assert.False(await machines.Reaches(TwoMachines.Thief4, cancellation), "the renewed block outlives its first end");
        await firewall.Apply([For(TwoMachines.Thief4, TimeSpan.FromSeconds(1))], [], cancellation);
        Assert.True(await Eventually.Within(Patience, () => machines.Reaches(TwoMachines.Thief4, cancellation), cancellation), "a shorter end counts as well");
    }

    public static async Task Reconciling_makes_exactly_the_wanted_blocks_stand(
        TwoMachines machines,
        IFirewallBackend firewall,
        Func<Task> destroy,
        CancellationToken cancellation
    )
    {
        var hour = TimeSpan.FromHours(1);
        Assert.Empty(await firewall.List(cancellation));
        await firewall.Reconcile([For("10.1.0.1", hour), For("10.1.0.2", hour), For("10.2.0.0/24", hour)], cancellation);
        WantedBlock[] wanted = [For("10.1.0.2", hour * 2), For("fd00:1::/64", hour), For(TwoMachines.Thief4, hour), For("10.9.9.9", -hour)];
        for (var round = 0; round < 2; round++)
        {
            await firewall.Reconcile(wanted, cancellation);
            var standing = await firewall.List(cancellation);
            Assert.Equal(["10.1.0.2/32", "10.77.0.66/32", "fd00:1::/64"], standing.Select(block => block.Network.ToString()).Order(StringComparer.Ordinal));
            Assert.True(standing.Single(block => block.Network == Network("10.1.0.2")).Until > TimeProvider.System.GetUtcNow() + hour * 1.5);
        }
        await destroy();
        Assert.True(await machines.Reaches(TwoMachines.Thief4, cancellation));
        await firewall.Reconcile(wanted, cancellation);
        Assert.False(await machines.Reaches(TwoMachines.Thief4, cancellation), "what somebody else destroyed is built again");
    }
}
