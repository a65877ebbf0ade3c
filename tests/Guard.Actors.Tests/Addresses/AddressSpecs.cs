using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

/// <summary>Who is blocked for failed logins, and who is not.</summary>
public sealed class AddressSpecs
{
    private const string Guesser = "203.0.113.9";
    private static readonly DateTimeOffset At = AddressWorld.Start;

    [Fact]
    public void Twenty_failures_without_a_name_within_the_hour_block_the_address()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 19; i++)
            world.Fail(At.AddMinutes(i * 3), Guesser, "");
        Assert.Empty(world.Blocks);
        world.Fail(At.AddMinutes(58), Guesser, "");
        var block = Assert.Single(world.Blocks);
        Assert.Equal(Guesser, block.Address.ToString());
        Assert.Equal((ReasonCodes.BruteForce, 20, 20), (block.Reasons[0].Code, (int)block.Reasons[0].Value, (int)block.Reasons[0].Usual));
    }

    [Theory]
    [InlineData(3600, 50 * 60)]
    [InlineData(600, 40)]
    [InlineData(15, 2)]
    public void A_window_is_a_window_at_every_length(int within, int every)
    {
        var world = new AddressWorld(
            new BruteForcePolicy(20, TimeSpan.FromSeconds(within))
            {
                Accounts = 0,
                AccountsDaily = 0,
                NetworkFailures = 0,
            }
        );
        for (var i = 0; i < 2000; i++)
            world.Fail(At.AddSeconds((double)i * every), Guesser, "");
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void The_neighbour_of_a_guesser_is_innocent()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 19; i++)
            world.Fail(At.AddSeconds(i), Guesser, "name" + (i % 5), AttemptKind.UnknownName);
        world.Fail(At.AddSeconds(30), "203.0.113.10", "anna@example.com");
        Assert.Empty(world.Blocks);
        world.Fail(At.AddSeconds(31), Guesser, "name", AttemptKind.UnknownName);
        Assert.Equal([Guesser], world.Blocked);
    }

    [Theory]
    [InlineData(20_000, 2)]
    [InlineData(500, 19)]
    public void An_address_that_tries_many_accounts_is_blocked_however_often_it_tries_each(int accounts, int times)
    {
        var world = new AddressWorld();
        for (var account = 0; account < accounts && world.Blocks.Count == 0; account++)
        {
            for (var i = 0; i < times; i++)
                world.Fail(At.AddSeconds(account * 30 + i), Guesser, $"user{account}@example.com");
        }
        Assert.Equal([Guesser], world.Blocked);
    }

    [Fact]
    public void One_account_every_half_an_hour_is_found_within_a_day()
    {
        var world = new AddressWorld();
        for (var account = 0; account < 48; account++)
            world.Fail(At.AddMinutes(29 * account), Guesser, $"user{account}@example.com");
        Assert.Equal(ReasonCodes.StrangersGuessing, Assert.Single(world.Blocks).Reasons[0].Code);
    }

    [Fact]
    public void An_address_where_nobody_logs_in_is_blocked_with_its_tenth_name_in_two_weeks()
    {
        Assert.Empty(Slow(new AddressWorld(), 1, 9).Blocks);
        var reason = Assert.Single(Slow(new AddressWorld(), 1, 10).Blocks).Reasons[0];
        Assert.Equal((ReasonCodes.StrangersGuessing, 10L, $"{Guesser} (14 d)"), (reason.Code, (long)reason.Value, reason.Subject));
        Assert.Equal(
            $"logins failed for 10 different names from {Guesser} (14 d), where nobody logs in; 10 are tolerated there",
            Guard.Actors.Reactions.ReasonText.Of(reason)
        );
    }

    [Fact]
    public void A_name_every_other_day_is_too_few_however_long_it_goes_on() => Assert.Empty(Slow(new AddressWorld(), 0.5, 400).Blocks);

    [Fact]
    public void The_same_name_again_and_again_is_one_name()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 200; i++)
            world.Fail(At.AddHours(5 * i), Guesser, $"user{i % 9}@example.com");
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void One_name_that_nobody_has_may_be_tried_nineteen_times_in_two_weeks_where_nobody_logs_in()
    {
        static AddressWorld Tries(int times, DateTimeOffset from, AddressWorld? world = null, AttemptKind kind = AttemptKind.UnknownName)
        {
            world ??= new AddressWorld();
            for (var i = 0; i < times; i++)
                world.Fail(from.AddHours(12 * i), Guesser, "nobody@example.com", kind);
            return world;
        }

        Assert.Empty(Tries(19, At).Blocks);
        var reason = Assert.Single(Tries(20, At).Blocks).Reasons[0];
        Assert.Equal((ReasonCodes.BruteForce, 20L, $"{Guesser} (14 d)"), (reason.Code, (long)reason.Value, reason.Subject));
        // Two quiet weeks begin it anew.
        Assert.Empty(Tries(19, At.AddDays(24), Tries(19, At)).Blocks);
        Assert.Empty(Tries(40, At, new AddressWorld().Login(At.AddDays(-5), Guesser, "anna@example.com")).Blocks);
        // Of a name that somebody has the account itself judges.
        Assert.Empty(Tries(40, At, kind: AttemptKind.Failed).Blocks);
    }

    [Fact]
    public void Where_an_owner_logged_in_lately_a_few_names_a_day_go_on()
    {
        Assert.Empty(Slow(new AddressWorld().Login(At.AddDays(-50), Guesser, "anna@example.com"), 5, 40).Blocks);
        // Their neighbour's login says nothing of the address itself, and one of last year is forgotten.
        Assert.Single(Slow(new AddressWorld().Login(At.AddDays(-5), "203.0.113.10", "anna@example.com"), 5, 15).Blocks);
        Assert.Single(Slow(new AddressWorld().Login(At.AddDays(-70), Guesser, "anna@example.com"), 5, 15).Blocks);
    }

    [Fact]
    public void In_a_network_with_more_guests_than_are_remembered_nobody_can_say_who_logs_in_where()
    {
        var world = new AddressWorld();
        for (var guest = 0; guest < 32; guest++)
            world.Login(At.AddDays(-2), $"203.0.113.{100 + guest}", $"guest{guest}@example.com");
        Assert.Empty(Slow(world, 5, 40).Blocks);
    }

    [Fact]
    public void Names_a_day_without_limit_have_none_in_two_weeks() =>
        Assert.Empty(Slow(new AddressWorld(BruteForcePolicy.Default with { AccountsDaily = 0 }), 5, 60).Blocks);

    /// <summary>So many names a day, each another one.</summary>
    private static AddressWorld Slow(AddressWorld world, double daily, int names)
    {
        for (var i = 0; i < names; i++)
            world.Fail(At.AddMinutes(24.0 * 60 / daily * i), Guesser, $"user{i}@example.com", i % 2 == 0 ? AttemptKind.Failed : AttemptKind.UnknownName);
        return world;
    }

    [Fact]
    public void A_device_with_a_former_password_at_home_goes_on_for_ever()
    {
        var world = new AddressWorld().Home("86.130.0.9", "home@example.com");
        for (var i = 0; i < 3000; i++)
            world.Fail(At.AddMinutes(i), "86.130.0.9", "home@example.com");
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void An_office_goes_on_when_its_phones_try_old_passwords_and_newcomers_mistype()
    {
        var world = new AddressWorld();
        for (var user = 0; user < 40; user++)
            world.Home("198.51.100.25", $"user{user}@example.com");
        for (var minute = 0; minute < 600; minute++)
        {
            for (var phone = 0; phone < 6; phone++)
                world.Fail(At.AddMinutes(minute).AddSeconds(phone), "198.51.100.25", $"user{phone}@example.com");
            world.Fail(At.AddMinutes(minute), "198.51.100.25", $"fresh{minute % 20}@example.com");
        }
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void The_own_webmail_is_never_blocked_whoever_guesses_through_it()
    {
        var world = new AddressWorld(ownProxies: ["198.51.100.0/28"]);
        for (var i = 0; i < 1000; i++)
            world.Fail(At.AddSeconds(i), "198.51.100.2", $"user{i}@example.com", AttemptKind.UnknownName);
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void One_mailbox_of_his_own_is_no_pass_for_guessing_at_others()
    {
        var world = new AddressWorld().Home(Guesser, "mine@example.com");
        for (var i = 0; i < 40; i++)
            world.Fail(At.AddSeconds(i), Guesser, $"other{i}@example.com");
        Assert.Equal([Guesser], world.Blocked);
    }

    [Theory]
    [InlineData("45.10.{0}.{1}")]
    [InlineData("2001:db8:{0}:{1}::7")]
    public void A_botnet_that_shares_the_work_in_networks_is_found_and_blocked(string form)
    {
        var world = new AddressWorld();
        for (var round = 0; round < 12; round++)
        {
            for (var bot = 0; bot < 240; bot++)
                world.Fail(
                    At.AddMinutes(round * 5).AddSeconds(bot),
                    string.Format(System.Globalization.CultureInfo.InvariantCulture, form, bot % 12, 1 + (bot / 12)),
                    $"user{(round * 240) + bot}@example.com",
                    AttemptKind.UnknownName
                );
        }
        // Each bot alone tries twelve names within the hour; their networks are found before that.
        Assert.Equal(240, world.Blocks.Where(block => block.PrefixLength == 0).Select(block => block.Address).Distinct().Count());
        // Of IPv6 the /56s as well.
        Assert.Equal(
            form.Contains(':', StringComparison.Ordinal) ? 12 : 0,
            world.Blocks.Where(block => block.PrefixLength == 56).Select(b => b.Name).Distinct().Count()
        );
        Assert.Contains(world.Blocks, block => block.Reasons[0].Code == ReasonCodes.NetworkGuessing);
    }

    [Fact]
    public void Who_is_at_home_in_a_hostile_network_is_spared()
    {
        var world = new AddressWorld().Home("203.0.113.77", "anna@example.com");
        for (var i = 0; i < 400; i++)
            world.Fail(At.AddSeconds(i * 5), $"203.0.113.{1 + (i % 20)}", $"name{i % 7}@example.com", AttemptKind.UnknownName);
        world
            .Fail(At.AddSeconds(2000), "203.0.113.77", "anna@example.com")
            .Fail(At.AddSeconds(2001), "203.0.113.77", "ana@example.com", AttemptKind.UnknownName)
            .Fail(At.AddSeconds(2002), "203.0.113.77", "anna@example.co", AttemptKind.UnknownName)
            .Fail(At.AddSeconds(2003), "203.0.113.78", "bert@example.com");
        Assert.DoesNotContain("203.0.113.77", world.Blocked);
        Assert.DoesNotContain("203.0.113.78", world.Blocked);
        Assert.Equal(20, world.Blocked.Count());
    }

    [Fact]
    public void Who_mistypes_and_then_gets_in_did_not_guess()
    {
        var world = new AddressWorld();
        for (var user = 0; user < 40; user++)
            world.Fail(At.AddMinutes(user), Guesser, $"user{user}@example.com").Login(At.AddMinutes(user).AddSeconds(20), Guesser, $"user{user}@example.com");
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void A_block_is_ordered_once_and_again_only_for_as_much_as_before()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 500; i++)
            world.Fail(At.AddSeconds(i), Guesser, "");
        Assert.Single(world.Blocks);
        for (var i = 0; i < 19; i++)
            world.Fail(At.AddDays(2).AddSeconds(i), Guesser, "");
        Assert.Single(world.Blocks);
        world.Fail(At.AddDays(2).AddSeconds(20), Guesser, "");
        Assert.Equal(2, world.Blocks.Count);
    }

    [Theory]
    [InlineData(10, 20, 5)]
    [InlineData(10, 2, 5)]
    [InlineData(10, 1, 24 * 60)]
    [InlineData(0, 20, 24 * 60)]
    public void Where_somebody_at_home_gets_ever_other_addresses_a_block_lasts_minutes(int days, int addresses, int held)
    {
        var world = new AddressWorld();
        for (var login = 2 * days; login > 0; login--)
            world.Login(At.AddHours(-12 * login).AddHours(13), $"203.0.113.{20 + (login % addresses)}", "info@example.com");
        for (var i = 0; i < 20; i++)
            world.Fail(At.AddDays(1).AddSeconds(i), Guesser, "");
        var block = Assert.Single(world.Blocks);
        Assert.Equal(TimeSpan.FromMinutes(held), block.Until - block.At);
    }

    [Fact]
    public void Who_moved_among_a_networks_addresses_and_stayed_away_for_long_makes_it_no_pool()
    {
        var guests = Guests.None.See(1, 20, 100).See(1, 30, 100).See(1, 30, 101);
        Assert.True(guests.IsPool(101));
        Assert.False(guests.IsPool(102 + Guests.ForgetAfterDays));
        Assert.False(guests.See(1, 30, 102 + Guests.ForgetAfterDays).See(1, 30, 103 + Guests.ForgetAfterDays).IsPool(103 + Guests.ForgetAfterDays));
    }

    [Fact]
    public void What_a_server_reported_while_it_asked_and_its_log_tells_again_counts_once()
    {
        var world = new AddressWorld();
        for (var i = 0; i < 15; i++)
        {
            world.Fail(At.AddSeconds(i * 60), Guesser, "name", AttemptKind.UnknownName);
            world.Take(
                new AddressAttempt(
                    Messages.Places.NetworkAddress.Parse(Guesser),
                    AttemptKind.UnknownName,
                    AddressKeys.Hash("name"),
                    At.AddSeconds((i * 60) + 2),
                    new Messages.Observations.ObservationOrigin("/var/log/mail.log", (ulong)i + 1),
                    ""
                )
            );
        }
        Assert.Empty(world.Blocks);
        Assert.True(world.BucketOf(Guesser).HasTaken(Guard.Actors.Behaviour.StableHash.Of("/var/log/mail.log"), 15));
    }
}
