using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>An address with good accounts behind it is slowed down by nftables itself, not blocked.</summary>
public sealed class LimitTests
{
    private const int Pace = 4;
    private const int Tries = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_limited_address_opens_so_many_connections_and_no_more_and_its_open_ones_go_on_and_nobody_else_notices()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip");
        await using var machines = await TwoMachines.Start(Cancellation);
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = ForeignRulesets.Fail2Ban }, Cancellation);
        var firewall = new NftablesBackend(machines.Server, TimeProvider.System, pace: Pace);
        using var open = await machines.Connect(TwoMachines.Thief4, Cancellation);
        await firewall.Limit(
            [BackendContract.For(TwoMachines.Thief4, TimeSpan.FromMinutes(10)), BackendContract.For(TwoMachines.Thief6, TimeSpan.FromMinutes(10))],
            [],
            Cancellation
        );

        // The rate leaks one more through every 15 seconds, which a slow machine may take.
        Assert.InRange(await Opened(machines, TwoMachines.Thief4), 1, Pace + 2);
        Assert.InRange(await Opened(machines, TwoMachines.ThiefAgain6), 1, Pace + 2);
        Assert.Equal(Tries, await Opened(machines, TwoMachines.Neighbour4));
        Assert.Equal(Tries, await Opened(machines, TwoMachines.Stranger6));
        Assert.True(await TwoMachines.Echoes(open!, Cancellation), "an open connection was cut");

        // A block elsewhere lays the rules anew; limits stay, and are no blocks.
        await firewall.Apply([BackendContract.For(TwoMachines.Stranger4, TimeSpan.FromMinutes(10))], [], Cancellation);
        Assert.Equal([TwoMachines.Stranger4 + "/32"], (await firewall.List(Cancellation)).Select(one => one.Network.ToString()));
        Assert.Equal(2, (await firewall.Limits(Cancellation)).Count);
        await firewall.Limit([], [BackendContract.Network(TwoMachines.Thief4), BackendContract.Network("fd77:0:0:66::/64")], Cancellation);
        Assert.Empty(await firewall.Limits(Cancellation));
        Assert.Equal(Tries, await Opened(machines, TwoMachines.Thief4));
        Assert.Contains("f2b-table", await machines.Server.Must(new ProcessRequest("nft", "list", "ruleset"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_more_accounts_at_home_an_address_opens_more_and_a_new_count_takes_the_place_of_the_old()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip");
        await using var machines = await TwoMachines.Start(Cancellation);
        var firewall = new NftablesBackend(machines.Server, TimeProvider.System, pace: Pace);
        var (office4, office6) = (
            BackendContract.For(TwoMachines.Thief4, TimeSpan.FromMinutes(10)),
            BackendContract.For(TwoMachines.Thief6, TimeSpan.FromMinutes(10))
        );
        await firewall.Limit([office4 with { AtHome = 1 }, office6 with { AtHome = 3 }], [], Cancellation);
        Assert.InRange(await Opened(machines, TwoMachines.Thief4), 1, Pace + 2);
        Assert.Equal(Tries, await Opened(machines, TwoMachines.ThiefAgain6));

        await firewall.Limit([office4 with { AtHome = 3 }, office6 with { AtHome = 1 }], [], Cancellation);
        Assert.Equal(2, (await firewall.Limits(Cancellation)).Count);
        Assert.Equal(Tries, await Opened(machines, TwoMachines.Thief4));
        Assert.InRange(await Opened(machines, TwoMachines.ThiefAgain6), 1, Pace + 2);
        await firewall.Limit([], [BackendContract.Network(TwoMachines.Thief4), BackendContract.Network("fd77:0:0:66::/64")], Cancellation);
        Assert.Empty(await firewall.Limits(Cancellation));
    }

    private static async Task<int> Opened(TwoMachines machines, string from)
    {
        var opened = 0;
        for (var i = 0; i < Tries; i++)
            opened += await machines.Reaches(from, Cancellation) ? 1 : 0;
        return opened;
    }
}
