using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Ipset;
using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Firewall;

/// <summary>A container's port that is published as Docker does it: redirected before INPUT sees it. A block holds there, too, and Docker's rules stay as they
/// are.</summary>
public sealed class PublishedPortTests
{
    private const int Published = 2143;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The "container" has an address of its own behind the server, on which its service listens.</summary>
    private const string Docker = """
        table ip docker {
            chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
                tcp dport 2143 dnat to 172.22.1.250:143
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
                ip daddr 172.22.1.250 tcp dport 143 counter accept
            }
        }
        """;

    [Theory]
    [InlineData("nftables")]
    [InlineData("ipset")]
    public async Task A_blocked_address_does_not_reach_it_and_another_does(string kind)
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip", "iptables", "ipset", "perl");
        await using var machines = await TwoMachines.Start(Cancellation);
        var container = machines.Server.Name + "c";
        var runner = new ProcessRunner();
        try
        {
            foreach (
                var words in new[]
                {
                    $"netns add {container}",
                    $"link add v{container} netns {machines.Server.Name} type veth peer name eth0 netns {container}",
                }
            )
                await runner.Must(new ProcessRequest("ip", [.. words.Split(' ')]), Cancellation);
            foreach (var words in new[] { $"addr add 172.22.1.1/24 dev v{container}", $"link set v{container} up" })
                await machines.Server.Must(new ProcessRequest("ip", [.. words.Split(' ')]), Cancellation);
            foreach (var words in new[] { "addr add 172.22.1.250/24 dev eth0", "link set eth0 up", "route add default via 172.22.1.1" })
                await runner.Must(new ProcessRequest("ip", ["-n", container, .. words.Split(' ')]), Cancellation);
            await machines.Server.Must(new ProcessRequest("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"), Cancellation);
            await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = Docker }, Cancellation);
            using var guard = new GuardProgram();
            guard.StartProgram(
                "ip",
                "netns",
                "exec",
                container,
                "perl",
                "-MIO::Socket::INET",
                "-e",
                "$| = 1; my $s = IO::Socket::INET->new(LocalPort => 143, Listen => 5, ReuseAddr => 1) or die; print \"ready\\n\"; while (my $c = $s->accept) { close $c }"
            );
            await GuardProgram.UntilAsync(() => guard.Heard.Contains("ready", StringComparison.Ordinal), () => guard.Heard);

            Assert.True(
                await Eventually.Within(TimeSpan.FromSeconds(10), () => machines.Reaches(TwoMachines.Thief4, Cancellation, Published), Cancellation),
                "the published port"
            );
            var foreign = await Foreign(machines);
            IFirewallBackend firewall =
                kind == "ipset" ? new IpsetBackend(machines.Server, TimeProvider.System) : new NftablesBackend(machines.Server, TimeProvider.System);
            await firewall.Apply([BackendContract.For(TwoMachines.Thief4, TimeSpan.FromMinutes(10))], [], Cancellation);
            Assert.False(await machines.Reaches(TwoMachines.Thief4, Cancellation, Published), "a blocked address reached the container");
            Assert.True(await machines.Reaches(TwoMachines.Neighbour4, Cancellation, Published));
            Assert.Equal(foreign, await Foreign(machines));
            await firewall.Apply([], [BackendContract.Network(TwoMachines.Thief4)], Cancellation);
            Assert.True(await machines.Reaches(TwoMachines.Thief4, Cancellation, Published));
        }
        finally
        {
            await runner.Run(new ProcessRequest("ip", "netns", "del", container), CancellationToken.None);
        }
    }

    private static async Task<string> Foreign(TwoMachines machines) =>
        System.Text.RegularExpressions.Regex.Replace(
            await machines.Server.Must(new ProcessRequest("nft", "list", "table", "ip", "docker"), Cancellation),
            @"counter packets \d+ bytes \d+",
            "counter"
        );
}
