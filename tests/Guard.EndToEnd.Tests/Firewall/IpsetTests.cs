using Guard.Host.Enforcement.Ipset;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>ipset and iptables themselves, between two network namespaces.</summary>
public sealed class IpsetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<(TwoMachines Machines, IpsetBackend Firewall)> Start()
    {
        Requirement.Root();
        Requirement.Programs("ipset", "iptables", "ip6tables", "ip");
        var machines = await TwoMachines.Start(Cancellation);
        return (machines, new IpsetBackend(machines.Server, TimeProvider.System));
    }

    [Fact]
    public async Task The_thief_is_dropped_within_two_seconds_and_nobody_else()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await BackendContract.The_thief_is_dropped_and_nobody_else(machines, firewall, Cancellation);
    }

    [Fact]
    public async Task A_network_is_dropped_as_a_whole()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await BackendContract.A_network_is_dropped_as_a_whole(machines, firewall, Cancellation);
    }

    [Fact]
    public async Task An_ipv6_prefix_is_dropped_as_a_whole_and_no_other()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await BackendContract.An_ipv6_prefix_is_dropped_as_a_whole_and_no_other(machines, firewall, Cancellation);
    }

    [Fact]
    public async Task A_block_ends_by_itself_and_is_renewed_by_repeating()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await BackendContract.A_block_ends_by_itself_and_is_renewed_by_repeating(machines, firewall, Cancellation);
    }

    [Fact]
    public async Task Reconciling_makes_exactly_the_wanted_blocks_stand()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await BackendContract.Reconciling_makes_exactly_the_wanted_blocks_stand(
            machines,
            firewall,
            () => machines.Server.Must(new ProcessRequest("iptables", "-t", "raw", "-F"), Cancellation),
            Cancellation
        );
    }

    [Fact]
    public async Task Rules_of_other_tools_are_byte_identical_before_and_after()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        Requirement.Programs("nft");
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = ForeignRulesets.Fail2Ban }, Cancellation);
        foreach (var rules in new[] { ForeignRulesets.Csf, ForeignRulesets.Apf })
            await machines.Server.Must(new ProcessRequest("iptables-restore", "--noflush") { Input = rules }, Cancellation);
        await machines.Server.Must(new ProcessRequest("ipset", "create", "chain_DENY", "hash:net", "hashsize", "64"), Cancellation);
        await machines.Server.Must(
            new ProcessRequest("iptables", "-t", "raw", "-A", "PREROUTING", "-m", "set", "--match-set", "chain_DENY", "src", "-j", "DROP"),
            Cancellation
        );
        var before = await Foreign(machines);
        Assert.Contains("chain_DENY", before, StringComparison.Ordinal);

        await firewall.Apply(
            [BackendContract.For(TwoMachines.Thief4, TimeSpan.FromMinutes(1)), BackendContract.For(TwoMachines.Thief6, TimeSpan.FromMinutes(1))],
            [],
            Cancellation
        );
        Assert.Equal(before, await Foreign(machines));
        await firewall.Reconcile([], Cancellation);
        Assert.Equal(before, await Foreign(machines));
        await firewall.Withdraw(Cancellation);
        Assert.Equal(before, await Foreign(machines));
        Assert.DoesNotContain("accountguard", await All(machines), StringComparison.Ordinal);
    }

    private static async Task<string> Foreign(TwoMachines machines) =>
        string.Join('\n', (await All(machines)).Split('\n').Where(line => !line.Contains("accountguard", StringComparison.Ordinal)));

    private static Task<string> All(TwoMachines machines) =>
        machines.Server.Must(new ProcessRequest("sh", "-c", "iptables-save | grep -v '^#'; nft list table inet f2b-table; ipset save"), Cancellation);
}
