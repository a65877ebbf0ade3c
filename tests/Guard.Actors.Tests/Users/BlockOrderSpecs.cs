using Guard.Actors.Behaviour;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>Which failing addresses an account wants in the firewall, and from which failure on.</summary>
public sealed class BlockOrderSpecs
{
    private const int Limit = 20;
    private static readonly DateTimeOffset Later = Account.Start.AddDays(61);
    private static readonly Place Abroad = Account.In("RO");

    private static GuardPolicy With(BruteForcePolicy brute, Rung highest = Rung.Blocked, TimeSpan? blockFor = null) =>
        Account.RulesOnly with
        {
            Quotas = [],
            BruteForce = brute,
            Reactions = Account.RulesOnly.Reactions with { Highest = highest, BlockFor = blockFor ?? TimeSpan.FromDays(1) },
        };

    private static Account Known(GuardPolicy? policy = null) => new Account(policy ?? With(BruteForcePolicy.Default)).KnownFor(60);

    private static Account Fail(Account account, DateTimeOffset at, Place place, int times = 1, LoginOutcome outcome = LoginOutcome.WrongPassword)
    {
        for (var i = 0; i < times; i++)
            account.Take(new Login(account.State.User, at.AddSeconds(i), place, ObservationOrigin.None, Service.Smtp, outcome));
        return account;
    }

    private static List<AddressBlockOrdered> Blocks(Account account) => [.. account.Events.OfType<AddressBlockOrdered>()];

    [Fact]
    public void A_stranger_is_blocked_with_the_failure_that_reaches_the_limit_for_as_long_as_the_policy_says()
    {
        var account = Fail(Known(), Later, Abroad, Limit - 1);
        Assert.Empty(Blocks(account));
        var block = Assert.Single(Blocks(Fail(account, Later.AddSeconds(Limit - 1), Abroad)));
        Assert.Equal((Abroad.Address, Later.AddSeconds(Limit - 1).AddDays(1)), (block.Address, block.Until));
        Assert.Equal((ReasonCodes.BruteForce, Limit, Limit), (block.Reasons[0].Code, block.Reasons[0].Value, block.Reasons[0].Usual));
    }

    [Fact]
    public void Of_the_newer_protocol_the_whole_network_of_a_line_is_blocked_and_of_the_older_the_address()
    {
        var six = new Place(NetworkAddress.Parse("2001:db8:1:2:3:4:5:6"), AddressKind.Public, "RO");
        Assert.Equal(NetworkAddress.Parse("2001:db8:1:2::"), Blocks(Fail(Known(), Later, six, Limit))[0].Address);
        Assert.Equal(Abroad.Address, Blocks(Fail(Known(), Later, Abroad, Limit))[0].Address);
    }

    /// <summary>One failure from each of so many networks abroad, a quarter of an hour apart.</summary>
    private static Account Besieged(Account account, int networks, DateTimeOffset from)
    {
        for (var i = 0; i < networks; i++)
            Fail(account, from.AddMinutes(15 * i), Botnet(i));
        return account;
    }

    private static Place Botnet(int network) => new(NetworkAddress.FromIPv4((uint)((80 << 24) | (network << 16) | 9)), AddressKind.Public, "RO");

    [Fact]
    public void Of_a_botnet_that_shares_the_work_each_address_is_blocked_with_its_first_failure_once_eight_networks_failed_within_a_day()
    {
        var account = Besieged(Known(), 8, Later);
        Assert.Empty(Blocks(account));
        Besieged(account, 20, Later.AddHours(3));
        var blocks = Blocks(account);
        Assert.Equal(20, blocks.Count);
        Assert.All(blocks, block => Assert.Equal((ReasonCodes.Besieged, 8L), (block.Reasons[0].Code, (long)block.Reasons[0].Usual)));
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Fact]
    public void During_a_siege_the_owner_mistypes_at_home_and_on_a_trip_within_the_country_as_ever()
    {
        var account = Besieged(Known(), 20, Later);
        var before = Blocks(account).Count;
        Fail(account, Later.AddHours(6), Account.In("GB"), 3);
        Fail(account, Later.AddHours(6), Account.In("GB", 77), 3);
        Assert.Equal(before, Blocks(account).Count);
    }

    [Fact]
    public void Addresses_of_one_carrier_several_days_and_unknown_countries_are_no_siege()
    {
        var carrier = Known();
        for (var i = 0; i < 40; i++)
            Fail(carrier, Later.AddMinutes(15 * i), Account.In("RO", i));
        Assert.Empty(Blocks(carrier));
        var slow = Known();
        for (var i = 0; i < 40; i++)
            Fail(slow, Later.AddHours(4 * i), Botnet(i));
        Assert.Empty(Blocks(slow));
        var nowhere = Known();
        for (var i = 0; i < 40; i++)
            Fail(nowhere, Later.AddMinutes(15 * i), Botnet(i) with { Country = "" });
        Assert.Empty(Blocks(nowhere));
    }

    [Fact]
    public void Nobody_is_blocked_who_has_no_address_or_is_the_machine_itself()
    {
        Assert.Empty(Blocks(Fail(Known(), Later, Place.None, 3 * Limit)));
        Assert.Empty(Blocks(Fail(Known(), Later, new Place(NetworkAddress.Parse("127.0.0.1"), AddressKind.Loopback), 3 * Limit)));
    }

    [Theory]
    [InlineData(Rung.Suspended, 0)]
    [InlineData(Rung.Blocked, 1)]
    public void Nobody_is_blocked_where_the_ladder_ends_before(Rung highest, int blocks) =>
        Assert.Equal(blocks, Blocks(Fail(Known(With(BruteForcePolicy.Default, highest)), Later, Abroad, Limit)).Count);

    [Fact]
    public void Nobody_is_blocked_where_guesses_are_not_counted() =>
        Assert.Empty(Blocks(Fail(Known(With(new BruteForcePolicy(0, TimeSpan.FromHours(1)))), Later, Abroad, 3 * Limit)));

    [Fact]
    public void An_old_password_tried_again_is_no_guess() => Assert.Empty(Blocks(Fail(Known(), Later, Abroad, 3 * Limit, LoginOutcome.RetriedPassword)));

    [Fact]
    public void Who_is_blocked_is_not_ordered_again_before_the_block_ends_and_is_from_then_on()
    {
        var account = Fail(Known(With(BruteForcePolicy.Default, blockFor: TimeSpan.FromMinutes(10))), Later, Abroad, Limit);
        var ends = Blocks(account)[0].Until;
        Fail(account, ends.AddSeconds(-2 * Limit), Abroad, 2 * Limit);
        Assert.Single(Blocks(account));
        Fail(account, ends, Abroad, Limit);
        Assert.Equal(2, Blocks(account).Count);
    }

    [Fact]
    public void The_owners_known_line_is_never_blocked_for_an_old_password() =>
        Assert.Empty(Blocks(Fail(Known(), Later, Account.In("GB", network: 4), 10 * Limit)));

    [Fact]
    public void Who_was_let_in_from_there_and_kept_quiet_is_not_blocked_for_an_old_device()
    {
        var account = Known();
        account.Login(Later, "FR", Service.Imap);
        Assert.Empty(Blocks(Fail(account, Later.AddMinutes(1), Account.In("FR"), 2 * Limit)));
        Assert.Single(Blocks(Fail(Known(), Later.AddMinutes(1), Account.In("FR"), 2 * Limit)));
    }

    [Fact]
    public void In_a_country_where_the_owner_stays_it_takes_many_more_failures()
    {
        var (patience, elsewhere) = (EvidenceScale.PatienceAtHome * Limit, Account.In("FR", network: 200));
        var account = Known();
        for (var hour = 0; hour < 48; hour += 6)
            account.Login(Later.AddHours(hour), "FR", Service.Imap);
        var now = Later.AddHours(44);
        Assert.Empty(Blocks(Fail(account, now, elsewhere, patience - 2)));
        Assert.NotEmpty(Blocks(Fail(account, now.AddSeconds(patience - 2), elsewhere, Limit)));
    }

    [Fact]
    public void Where_a_whole_botnet_fails_each_address_is_blocked_for_fewer_of_its_own()
    {
        var one = Account.In("RO", 77);
        var account = Fail(Known(), Later.AddHours(-20), one, Limit - 1);
        for (var i = 0; i < 8 * 14; i++)
            Fail(account, Later.AddSeconds(i), Account.In("CN", i % 8, 1));
        Assert.Empty(Blocks(account));
        Fail(account, Later.AddMinutes(2), one, 2);
        Assert.Empty(Blocks(account));
        Fail(account, Later.AddMinutes(2).AddSeconds(2), one);
        Assert.Equal(one.Address, Assert.Single(Blocks(account)).Address);
    }
}
