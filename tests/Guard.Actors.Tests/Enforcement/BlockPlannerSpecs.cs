using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Actors.Tests.Enforcement;

public sealed class BlockPlannerSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly BlockPolicy _policy = BlockPolicy.Default with { JoinFrom = 3, PerMinute = 5 };
    private BlockPlannerState _state = BlockPlannerState.Empty;

    private static NetworkPrefix Network(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);

    private BlockVerdict Ask(string address, DateTimeOffset at, TimeSpan? hold = null, int seen = 0, int home = 0, BlockPolicy? policy = null)
    {
        var verdict = BlockPlanner.Decide(
            _state,
            new BlockRequest(NetworkAddress.Parse(address), at, hold ?? Hour, "stolen account", seen, home),
            policy ?? _policy
        );
        _state = BlockPlannerEvolution.Apply(_state, verdict, policy ?? _policy);
        return verdict;
    }

    private WantedBlock Blocked(string address, DateTimeOffset at, TimeSpan? hold = null) => Assert.IsType<BlockVerdict.Block>(Ask(address, at, hold)).Wanted;

    [Fact(DisplayName = "An IPv4 address is blocked alone, an IPv6 address with its /64")]
    public void Scope()
    {
        Assert.Equal(Network("203.0.113.9/32"), Blocked("203.0.113.9", Start).Network);
        Assert.Equal(Network("2001:db8:1:2::/64"), Blocked("2001:db8:1:2:3:4:5:6", Start).Network);
        Assert.IsType<BlockVerdict.Standing>(Ask("2001:db8:1:2::77", Start));
    }

    private BlockVerdict AskPrefix(string prefix, DateTimeOffset at, int seen = 0, BlockPolicy? policy = null)
    {
        var verdict = BlockPlanner.Decide(
            _state,
            new BlockRequest(Network(prefix).Network, at, Hour, "hopping", seen) { PrefixLength = Network(prefix).Length },
            policy ?? _policy
        );
        _state = BlockPlannerEvolution.Apply(_state, verdict, policy ?? _policy);
        return verdict;
    }

    [Fact(DisplayName = "An IPv6 prefix takes over what stands in it, for as long as the longest, and what lies in it stands already")]
    public void Prefix()
    {
        Blocked("2001:db8:1:2::1", Start, Hour * 5);
        Blocked("2001:db8:2::1", Start);
        var block = Assert.IsType<BlockVerdict.Block>(AskPrefix("2001:db8:1::/56", Start));
        Assert.Equal((Network("2001:db8:1::/56"), Start + Hour * 5), (block.Wanted.Network, block.Wanted.Until));
        Assert.Equal([Network("2001:db8:1:2::/64")], block.Replaced);
        Assert.Equal(new BlockVerdict.Standing(Network("2001:db8:1::/56"), Start + Hour * 5), Ask("2001:db8:1:ff::9", Start));
        Assert.Equal([Network("2001:db8:1::/56")], Assert.IsType<BlockVerdict.Block>(AskPrefix("2001:db8:1::/48", Start)).Replaced);
        Assert.IsType<BlockVerdict.Standing>(AskPrefix("2001:db8:1::/56", Start));
        Assert.Equal([Network("2001:db8:1::/48"), Network("2001:db8:2::/64")], _state.Standing.Keys.OrderBy(network => network.Network.Bits));
    }

    [Fact(DisplayName = "An IPv6 prefix is left alone where it has an exempt network in it, or somebody who logged in")]
    public void SparedPrefix()
    {
        var policy = _policy with { Exempt = [Network("2001:db8:1:aa::/64")] };
        Assert.Equal(new BlockVerdict.Exempted(Network("2001:db8:1:aa::/64")), AskPrefix("2001:db8:1::/56", Start, policy: policy));
        Assert.IsType<BlockVerdict.Block>(AskPrefix("2001:db8:1:bb00::/56", Start, policy: policy));
        Assert.Equal(new BlockVerdict.Inhabited(Network("2001:db8:3::/48"), 1), AskPrefix("2001:db8:3::/48", Start, seen: 1));
    }

    [Fact(DisplayName = "Each return after a block doubles the hold up to the longest one; a long quiet time begins anew")]
    public void Doubling()
    {
        var at = Start;
        foreach (var hours in new[] { 1, 2, 4, 8, 16 })
        {
            var block = Blocked("203.0.113.9", at);
            Assert.Equal(at + Hour * hours, block.Until);
            at = block.Until + Hour;
        }
        for (var i = 0; i < 12; i++)
            at = Blocked("203.0.113.9", at).Until;
        Assert.Equal(at + _policy.LongestHold, Blocked("203.0.113.9", at).Until);
        at += _policy.LongestHold + _policy.Memory;
        Assert.Equal(at + Hour, Blocked("203.0.113.9", at).Until);
    }

    [Fact(DisplayName = "Where others are at home around, coming back is counted and makes the hold no longer")]
    public void Inhabited()
    {
        var now = Start;
        for (var offence = 1; offence <= 3; offence++)
        {
            var verdict = BlockPlanner.Decide(
                _state,
                new BlockRequest(NetworkAddress.Parse("203.0.113.9"), now, Hour, "guessing") { AtHomeAround = 1 },
                _policy
            );
            _state = BlockPlannerEvolution.Apply(_state, verdict, _policy);
            var block = Assert.IsType<BlockVerdict.Block>(verdict);
            Assert.Equal((now + Hour, offence), (block.Wanted.Until, block.Offence));
            now += 2 * Hour;
        }
        Assert.Equal(now + (8 * Hour), Blocked("203.0.113.9", now).Until);
    }

    [Theory(DisplayName = "Where others are at home around, an address that did little itself is left alone")]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(1, false, true)]
    public void Suspicion(int around, bool isSuspicion, bool isBlocked) =>
        Assert.Equal(
            isBlocked,
            BlockPlanner.Decide(
                _state,
                new BlockRequest(NetworkAddress.Parse("203.0.113.9"), Start, Hour, "siege") { AtHomeAround = around, IsSuspicion = isSuspicion },
                _policy
            ) is BlockVerdict.Block
        );

    [Fact(DisplayName = "Asking while the block stands is a duplicate; asking for longer makes it longer without being an offence")]
    public void Duplicates()
    {
        Blocked("203.0.113.9", Start);
        Assert.Equal(new BlockVerdict.Standing(Network("203.0.113.9/32"), Start + Hour), Ask("203.0.113.9", Start.AddSeconds(3)));
        var longer = Assert.IsType<BlockVerdict.Block>(Ask("203.0.113.9", Start.AddMinutes(30), Hour * 5));
        Assert.Equal(1, longer.Offence);
        Assert.Equal(Start.AddMinutes(30) + Hour * 5, longer.Wanted.Until);
    }

    [Fact(DisplayName = "Many addresses of a /24 become the /24, which lasts as long as the longest of them")]
    public void Joining()
    {
        Blocked("203.0.113.1", Start, Hour * 10);
        Blocked("203.0.113.2", Start);
        var joined = Assert.IsType<BlockVerdict.Block>(Ask("203.0.113.3", Start));
        Assert.Equal(Network("203.0.113.0/24"), joined.Wanted.Network);
        Assert.Equal(Start + Hour * 10, joined.Wanted.Until);
        Assert.Equal([Network("203.0.113.1/32"), Network("203.0.113.2/32")], joined.Replaced);
        Assert.Equal(Network("203.0.113.0/24"), Assert.IsType<BlockVerdict.Standing>(Ask("203.0.113.200", Start)).By);
        Assert.Equal([Network("203.0.113.0/24")], _state.Standing.Keys);
    }

    [Theory(DisplayName = "A /24 with an exempt or a well-known address in it is not joined")]
    [InlineData(true)]
    [InlineData(false)]
    public void Not_joined(bool exempt)
    {
        var policy = exempt ? _policy with { Exempt = [Network("203.0.113.200")] } : _policy;
        if (!exempt)
            Assert.IsType<BlockVerdict.Limit>(Ask("203.0.113.200", Start, seen: 10, home: 9));
        for (var i = 1; i <= 4; i++)
            Assert.Equal(Network($"203.0.113.{i}"), Assert.IsType<BlockVerdict.Block>(Ask($"203.0.113.{i}", Start, policy: policy)).Wanted.Network);
    }

    [Theory(DisplayName = "An address that enough accounts know well is limited, not blocked")]
    [InlineData(10, 2, true)]
    [InlineData(10, 1, false)]
    [InlineData(0, 0, false)]
    [InlineData(1, 5, true)]
    public void Known_good(int seen, int home, bool limited) => Assert.Equal(limited, Ask("203.0.113.9", Start, seen: seen, home: home) is BlockVerdict.Limit);

    [Fact(DisplayName = "The breaker opens after so many blocks a minute, says when to ask again, and is right about it")]
    public void Breaker()
    {
        for (var i = 0; i < 5; i++)
            Blocked($"203.0.{i}.9", Start.AddSeconds(i));
        var open = Assert.IsType<BlockVerdict.HeldBack>(Ask("203.0.9.9", Start.AddSeconds(10)));
        Assert.Equal(Start.AddMinutes(1), open.Retry);
        Assert.IsType<BlockVerdict.HeldBack>(Ask("203.0.9.9", open.Retry.AddTicks(-1)));
        Blocked("203.0.9.9", open.Retry);
        Assert.IsType<BlockVerdict.HeldBack>(Ask("203.0.10.9", open.Retry));
    }

    [Fact(DisplayName = "What an admin releases is free and not held against the address")]
    public void Release()
    {
        Blocked("203.0.113.9", Start);
        _state = BlockPlannerEvolution.Release(_state, Network("203.0.113.9"));
        Assert.Equal(Start.AddHours(3), Blocked("203.0.113.9", Start.AddHours(2)).Until);
    }

    [Fact(DisplayName = "Loopback, link-local and multicast are exempt without being listed")]
    public void Always_exempt()
    {
        foreach (var address in new[] { "127.0.0.1", "::1", "fe80::1", "169.254.1.1", "224.0.0.1", "ff02::1", "0.0.0.0", "::ffff:127.0.0.1" })
            Assert.IsType<BlockVerdict.Exempted>(Ask(address, Start));
    }
}
