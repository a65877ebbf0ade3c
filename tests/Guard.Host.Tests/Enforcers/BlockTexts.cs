using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Ipset;
using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What is written for the firewalls' tools and read from them.</summary>
public sealed class BlockTexts
{
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(10);

    private static NetworkPrefix Network(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);

    private static WantedBlock Block(string network, double seconds) => new(Network(network), Now.AddSeconds(seconds));

    private static BlockList List(WantedBlock[] add, params string[] remove) => BlockList.From(add, [.. remove.Select(Network)], Now, Longest);

    [Fact]
    public void A_list_holds_each_network_once_with_its_latest_end_and_no_end_in_the_past()
    {
        var list = List(
            [
                Block("192.0.2.1", 10),
                Block("192.0.2.1", 20.2),
                Block("2001:db8::1", 5),
                Block("2001:db8::2", 9),
                Block("192.0.2.9", -1),
                Block("192.0.2.3", 1e9),
            ],
            "192.0.2.1",
            "192.0.2.7"
        );
        Assert.Equal([("192.0.2.1/32", 21L), ("2001:db8::/64", 9), ("192.0.2.3/32", 864_000)], list.Add.Select(one => (one.Network.ToString(), one.Seconds)));
        Assert.Equal(["192.0.2.7/32", "192.0.2.9/32"], list.Remove.Select(one => one.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("192.0.2.0/25")]
    [InlineData("192.0.0.0/16")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:db8::/47")]
    [InlineData("2001:db8::/60")]
    [InlineData("2001:db8::/32")]
    public void A_network_of_another_size_is_refused(string network) => Assert.Throws<ArgumentException>(() => List([Block(network, 10)]));

    [Fact]
    public void The_nft_script_names_only_its_own_table_and_renews_in_a_way_that_old_kernels_know()
    {
        var script = NftScript.Change(List([Block("192.0.2.1", 10), Block("198.51.100.0/24", 20), Block("2001:db8::1", 30)], "192.0.2.7"));
        Assert.All(
            script.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains(" inet accountguard ", line + " ", StringComparison.Ordinal)
        );
        Assert.EndsWith(
            """
            add element inet accountguard addresses4 { 192.0.2.7 timeout 1s }
            add element inet accountguard addresses4 { 192.0.2.1 timeout 10s }
            delete element inet accountguard addresses4 { 192.0.2.7 }
            delete element inet accountguard addresses4 { 192.0.2.1 }
            add element inet accountguard addresses4 { 192.0.2.1 timeout 10s }
            add element inet accountguard networks4 { 198.51.100.0 timeout 20s }
            delete element inet accountguard networks4 { 198.51.100.0 }
            add element inet accountguard networks4 { 198.51.100.0 timeout 20s }
            add element inet accountguard networks6 { 2001:db8:: timeout 30s }
            delete element inet accountguard networks6 { 2001:db8:: }
            add element inet accountguard networks6 { 2001:db8:: timeout 30s }

            """,
            script,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_ipv6_prefix_has_a_set_of_its_length()
    {
        var script = NftScript.Change(List([Block("2001:db8:1::/48", 10), Block("2001:db8:2:300::/56", 20)], "2001:db8:3:100::/56"));
        Assert.EndsWith(
            """
            add element inet accountguard networks6p56 { 2001:db8:3:100:: timeout 1s }
            add element inet accountguard networks6p56 { 2001:db8:2:300:: timeout 20s }
            delete element inet accountguard networks6p56 { 2001:db8:3:100:: }
            delete element inet accountguard networks6p56 { 2001:db8:2:300:: }
            add element inet accountguard networks6p56 { 2001:db8:2:300:: timeout 20s }
            add element inet accountguard networks6p48 { 2001:db8:1:: timeout 10s }
            delete element inet accountguard networks6p48 { 2001:db8:1:: }
            add element inet accountguard networks6p48 { 2001:db8:1:: timeout 10s }

            """,
            script,
            StringComparison.Ordinal
        );
        const string Json = """
            {"nftables": [{"set": {"name": "networks6p56", "elem": [{"elem": {"val": "2001:db8:2:300::", "timeout": 100, "expires": 9}}]}},
             {"set": {"name": "networks6p48", "elem": ["2001:db8:1::"]}}]}
            """;
        Assert.Equal(
            [new(Network("2001:db8:2:300::/56"), Now.AddSeconds(9)), new StandingBlock(Network("2001:db8:1::/48"), null)],
            NftListing.Parse(Json, Now)
        );
        Assert.EndsWith(
            "add accountguard6 2001:db8:1::/48 timeout 10 -exist\n",
            IpsetScript.Change(List([Block("2001:db8:1::/48", 10)])),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_listing_of_nft_is_read_with_and_without_time_outs()
    {
        const string Json = """
            {"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "inet", "name": "accountguard"}},
             {"set": {"name": "addresses4", "elem": [{"elem": {"val": "1.2.3.4", "timeout": 100, "expires": 99}}, "1.2.3.5"]}},
             {"set": {"name": "networks4", "elem": [{"elem": {"val": "1.2.9.0", "timeout": 100, "expires": 9}}]}},
             {"set": {"name": "networks6"}}, {"set": {"name": "someone-elses", "elem": ["1.1.1.1"]}}, {"chain": {"name": "incoming"}}]}
            """;
        Assert.Equal(
            [new(Network("1.2.3.4"), Now.AddSeconds(99)), new(Network("1.2.3.5"), null), new StandingBlock(Network("1.2.9.0/24"), Now.AddSeconds(9))],
            NftListing.Parse(Json, Now)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"nftables":[{"set":{"name":"addresses4","elem":[{"elem":{"val":{"prefix":1}}}]}}]}""")]
    [InlineData("""{"nftables":[{"set":{"name":"addresses4","elem":["x"]}}]}""")]
    public void A_listing_that_cannot_be_read_is_a_clear_failure(string json) =>
        Assert.Contains("cannot be read", Assert.Throws<EnforcementException>(() => NftListing.Parse(json, Now)).Message, StringComparison.Ordinal);

    [Fact]
    public void Ipset_lines_are_written_and_read()
    {
        Assert.EndsWith(
            "del accountguard4 192.0.2.7/32 -exist\nadd accountguard4 198.51.100.0/24 timeout 20 -exist\nadd accountguard6 2001:db8::/64 timeout 30 -exist\n",
            IpsetScript.Change(List([Block("198.51.100.0/24", 20), Block("2001:db8::1", 30)], "192.0.2.7")),
            StringComparison.Ordinal
        );
        Assert.Equal(
            [new(Network("1.2.5.0/24"), Now.AddSeconds(50)), new StandingBlock(Network("1.2.3.4"), null)],
            IpsetListing.Parse(
                "create accountguard4 hash:net family inet timeout 3600\nadd accountguard4 1.2.5.0/24 timeout 50\nadd accountguard4 1.2.3.4 timeout 0\n",
                Now
            )
        );
    }

    [Fact]
    public void The_difference_renews_what_ends_otherwise_and_lets_alone_what_is_right()
    {
        StandingBlock[] standing =
        [
            new(Network("192.0.2.1"), Now.AddSeconds(98)),
            new(Network("192.0.2.2"), Now.AddSeconds(50)),
            new(Network("192.0.2.3"), null),
            new(Network("192.0.2.4"), Now.AddSeconds(50)),
            new(Network("192.0.2.5"), Now.AddDays(9.5)),
        ];
        var difference = BlockDifference.Between(
            [
                Block("192.0.2.1", 100),
                Block("192.0.2.2", 100),
                Block("192.0.2.3", 100),
                Block("192.0.2.5", 1e8),
                Block("192.0.2.6", 100),
                Block("192.0.2.7", -1),
            ],
            standing,
            Now,
            Longest
        );
        Assert.Equal(["192.0.2.2/32", "192.0.2.3/32", "192.0.2.6/32"], difference.Add.Select(block => block.Network.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["192.0.2.4/32"], difference.Remove.Select(network => network.ToString()));
    }
}
