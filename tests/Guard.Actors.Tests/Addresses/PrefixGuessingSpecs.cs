using System.Globalization;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

/// <summary>Guessers that take another /64 of their IPv6 prefix for each try.</summary>
public sealed class PrefixGuessingSpecs
{
    private static readonly DateTimeOffset At = AddressWorld.Start;

    /// <summary>So many tries, each at another name and from another /64 of the /48 2001:db8:7::.</summary>
    /// <param name="part">The 16 bits behind the /48, by the number of the try.</param>
    private static AddressWorld Hop(AddressWorld world, int tries, double minutes, Func<int, int> part)
    {
        for (var i = 0; i < tries; i++)
            world.Fail(
                At.AddMinutes(minutes * i),
                string.Create(CultureInfo.InvariantCulture, $"2001:db8:7:{part(i):x}::{i + 1:x}"),
                $"user{i}@example.com",
                AttemptKind.UnknownName
            );
        return world;
    }

    private static int Within56(int i) => 0x4200 | (i & 0xFF);

    private static int Within48(int i) => (i * 0x3331) & 0xFFFF;

    [Fact]
    public void Who_takes_another_64_of_his_56_for_each_guess_is_blocked_by_the_56()
    {
        Assert.Empty(Hop(new AddressWorld(), 9, 120, Within56).Blocks);
        var block = Assert.Single(Hop(new AddressWorld(), 10, 120, Within56).Blocks);
        Assert.Equal(("2001:db8:7:4200::/56", 56), (block.Name, block.PrefixLength));
        Assert.Equal(
            "logins failed for 10 different names from 2001:db8:7:4200::/56 (14 d), where nobody logs in; 10 are tolerated there",
            Guard.Actors.Reactions.ReasonText.Of(block.Reasons[0])
        );
    }

    [Fact]
    public void Who_hops_over_a_48_is_blocked_by_the_48()
    {
        var block = Assert.Single(Hop(new AddressWorld(), 15, 120, Within48).Blocks);
        Assert.Equal(("2001:db8:7::/48", ReasonCodes.StrangersGuessing), (block.Name, block.Reasons[0].Code));
    }

    [Fact]
    public void Ten_names_within_an_hour_are_enough_as_for_one_address() =>
        Assert.Equal("2001:db8:7::/48", Assert.Single(Hop(new AddressWorld(), 10, 2, Within48).Blocks).Name);

    [Fact]
    public void Twenty_failures_at_three_names_within_an_hour_are_enough_as_for_one_address()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 20; i++)
            world.Fail(At.AddMinutes(i), string.Create(CultureInfo.InvariantCulture, $"2001:db8:7:42{i:x2}::1"), $"user{i % 3}@example.com");
        var block = Assert.Single(world.Blocks);
        Assert.Equal(("2001:db8:7:4200::/56", ReasonCodes.BruteForce), (block.Name, block.Reasons[0].Code));
    }

    [Fact]
    public void One_known_account_alone_is_the_account_s_matter()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 200; i++)
            world.Fail(At.AddMinutes(i), string.Create(CultureInfo.InvariantCulture, $"2001:db8:7:42{i:x2}::1"), "anna@example.com");
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void A_name_every_other_day_is_too_few() => Assert.Empty(Hop(new AddressWorld(), 60, 48 * 60, Within48).Blocks);

    [Fact]
    public void Three_64s_are_not_a_prefix()
    {
        var world = Hop(new AddressWorld(), 60, 1, i => 0x4200 + (i % 3));
        Assert.All(world.Blocks, block => Assert.Equal(0, block.PrefixLength));
        Assert.Equal(3, world.Blocked.Count());
    }

    [Fact]
    public void The_fourth_64_that_is_blocked_by_itself_takes_the_prefix_with_it()
    {
        // Each of them guesses until it is blocked, then the next one does.
        var world = Hop(new AddressWorld(), 48, 1, i => 0x4200 + (i / 12));
        Assert.Equal(["2001:db8:7:4200::", "2001:db8:7:4201::", "2001:db8:7:4202::", "2001:db8:7:4200::/56"], world.Blocked);
    }

    [Fact]
    public void Where_somebody_logged_in_lately_a_prefix_is_not_blocked()
    {
        Assert.Empty(Hop(new AddressWorld().Login(At.AddDays(-5), "2001:db8:7:42aa::1", "anna@example.com"), 120, 120, Within56).Blocks);
        Assert.Empty(Hop(new AddressWorld().Login(At.AddDays(-5), "2001:db8:7:42aa::1", "anna@example.com"), 45, 120, Within48).Blocks);
        // A neighbour elsewhere in the /48 keeps that one free, not the guesser's /56.
        var beside = Hop(new AddressWorld().Login(At.AddDays(-5), "2001:db8:7:aa::1", "anna@example.com"), 120, 120, Within56);
        Assert.Equal(["2001:db8:7:4200::/56"], beside.Blocked);
        var last = Hop(new AddressWorld().Login(At.AddDays(-70), "2001:db8:7:42aa::1", "anna@example.com"), 15, 120, Within56);
        Assert.Equal(["2001:db8:7:4200::/56"], last.Blocked);
    }

    [Fact]
    public void In_a_48_with_more_guests_than_are_remembered_nobody_can_say_who_logs_in_where()
    {
        var world = new AddressWorld();
        for (var guest = 0; guest < 32; guest++)
            world.Login(At.AddDays(-2), string.Create(CultureInfo.InvariantCulture, $"2001:db8:7:{guest:x}::1"), $"guest{guest}@example.com");
        Assert.Empty(Hop(world, 120, 120, Within56).Blocks);
    }

    [Fact]
    public void A_prefix_with_an_own_proxy_in_it_is_not_blocked()
    {
        Assert.Empty(Hop(new AddressWorld(ownProxies: ["2001:db8:7:4280::/64"]), 120, 120, Within56).Blocks);
        Assert.Single(Hop(new AddressWorld(ownProxies: ["2001:db8:7:80::/64"]), 15, 120, Within56).Blocks);
    }

    [Fact]
    public void Without_a_limit_for_networks_prefixes_go_on() =>
        Assert.Empty(Hop(new AddressWorld(BruteForcePolicy.Default with { NetworkFailures = 0 }), 120, 120, Within48).Blocks);

    [Fact]
    public void A_prefix_is_ordered_once_while_its_block_lasts_and_again_for_as_much_as_before()
    {
        var world = Hop(new AddressWorld(), 300, 2, Within48);
        Assert.Single(world.Blocks);
        Assert.Equal(2, Hop(world, 1000, 2, Within48).Blocks.Count);
        Assert.Equal(world.Blocks[^1].Until, Status(world, "2001:db8:7:1234::9", At.AddHours(1)).BlockedUntil);
    }

    [Fact]
    public void What_an_admin_takes_back_begins_anew()
    {
        var world = Hop(new AddressWorld(), 10, 2, Within48).Forget(At.AddMinutes(30), "2001:db8:7:1234::9");
        Assert.Null(Status(world, "2001:db8:7:1234::9", At.AddHours(1)).BlockedUntil);
        Assert.Single(Hop(world, 9, 2, Within48).Blocks);
    }

    private static AddressStatus Status(AddressWorld world, string address, DateTimeOffset now) =>
        Actors.Addresses.AddressDescription.Of(world.BucketOf(address), NetworkAddress.Parse(address), now);
}
