using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>nftables itself, between two network namespaces.</summary>
public sealed class NftablesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<(TwoMachines Machines, NftablesBackend Firewall)> Start()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip");
        var machines = await TwoMachines.Start(Cancellation);
        return (machines, new NftablesBackend(machines.Server, TimeProvider.System));
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
            () => machines.Server.Must(new ProcessRequest("nft", "flush", "ruleset"), Cancellation),
            Cancellation
        );
    }

    [Fact]
    public async Task Rules_of_other_tools_are_byte_identical_before_and_after()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        Requirement.Programs("iptables-restore", "iptables-save");
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = ForeignRulesets.Fail2Ban }, Cancellation);
        foreach (var rules in new[] { ForeignRulesets.Csf, ForeignRulesets.Apf })
            await machines.Server.Must(new ProcessRequest("iptables-restore", "--noflush") { Input = rules }, Cancellation);
        var (nft, iptables) = (await Ruleset(machines), await Iptables(machines));
        Assert.Contains("f2b-table", nft, StringComparison.Ordinal);
        Assert.Contains("LOCALINPUT", iptables, StringComparison.Ordinal);
        Assert.Contains("IN_SANITY", iptables, StringComparison.Ordinal);

        await firewall.Apply(
            [BackendContract.For(TwoMachines.Thief4, TimeSpan.FromMinutes(1)), BackendContract.For("10.5.0.0/24", TimeSpan.FromMinutes(1))],
            [],
            Cancellation
        );
        Assert.Equal(nft, await WithoutOurTable(machines));
        Assert.Equal(iptables, await Iptables(machines));
        await firewall.Apply([], [BackendContract.Network(TwoMachines.Thief4)], Cancellation);
        await firewall.Reconcile([BackendContract.For("10.6.0.1", TimeSpan.FromMinutes(1))], Cancellation);
        Assert.Equal(nft, await WithoutOurTable(machines));
        await firewall.Withdraw(Cancellation);
        Assert.Equal(nft, await Ruleset(machines));
        Assert.Equal(iptables, await Iptables(machines));
    }

    [Fact]
    public async Task A_failing_change_changes_nothing()
    {
        var (machines, firewall) = await Start();
        await using var _ = machines;
        await firewall.Apply([BackendContract.For("10.6.0.1", TimeSpan.FromMinutes(1))], [], Cancellation);
        var before = (await firewall.List(Cancellation)).Select(block => block.Network).ToHashSet();
        // Somebody made a set of ours too small for what is wanted.
        await machines.Server.Must(
            new ProcessRequest("nft", "-f", "-")
            {
                Input =
                    "delete table inet accountguard\nadd table inet accountguard\nadd set inet accountguard addresses4 { type ipv4_addr; flags timeout; size 2; }\nadd element inet accountguard addresses4 { 10.6.0.1 timeout 60s }\n",
            },
            Cancellation
        );
        var wanted = Enumerable.Range(1, 50).Select(i => BackendContract.For($"10.8.0.{i}", TimeSpan.FromMinutes(1))).ToArray();
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => firewall.Apply(wanted, [], Cancellation));
        Assert.StartsWith("nftables: could not change its table", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await firewall.List(Cancellation)).Select(block => block.Network).ToHashSet());
    }

    [Fact]
    public async Task Without_the_right_it_says_which_right_it_needs()
    {
        Requirement.Root();
        Requirement.Programs("nft", "setpriv");
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => new NftablesBackend(new Unprivileged(), TimeProvider.System).List(Cancellation));
        Assert.Contains("CAP_NET_ADMIN", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<EnforcementException>(() =>
            new NftablesBackend(new Unprivileged(), TimeProvider.System).Apply([], [], Cancellation)
        );
        Assert.Contains("CAP_NET_ADMIN", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Unprivileged : IProcessRunner
    {
        private readonly ProcessRunner _runner = new();

        public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
            _runner.Run(
                request with
                {
                    Program = "setpriv",
                    Arguments = ["--reuid=65534", "--clear-groups", request.Program, .. request.Arguments],
                },
                cancellation
            );
    }

    private static Task<string> Ruleset(TwoMachines machines) => machines.Server.Must(new ProcessRequest("nft", "list", "ruleset"), Cancellation);

    private static Task<string> Iptables(TwoMachines machines) =>
        machines.Server.Must(new ProcessRequest("sh", "-c", "iptables-save | grep -v '^#'"), Cancellation);

    // nft lists table after table, each from "table" to a closing brace at the beginning of a line.
    private static async Task<string> WithoutOurTable(TwoMachines machines)
    {
        var all = await Ruleset(machines);
        var start = all.IndexOf("table inet accountguard {", StringComparison.Ordinal);
        Assert.True(start >= 0);
        var end = all.IndexOf("\n}\n", start, StringComparison.Ordinal) + 3;
        return all[..start] + all[end..];
    }
}
