using Guard.Actors.Addresses;
using Guard.Messages.Addresses;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

/// <summary>Quotas of addresses and their networks, over all accounts.</summary>
public sealed class AddressLimitSpecs
{
    private const string Guesser = "203.0.113.9";
    private static readonly DateTimeOffset At = AddressWorld.Start;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private static AddressWorld Under(params Quota[] quotas) => new(BruteForcePolicy.Default with { Failures = 0 }, null, quotas);

    [Fact]
    public void So_many_failures_over_all_accounts_and_the_address_is_shut_out_until_the_window_has_passed()
    {
        var world = Under(new Quota(Window, QuotaUnit.Failures, 30, Of: QuotaScope.Address));
        for (var i = 0; i < 30; i++)
        {
            Assert.False(world.Refuses(At.AddMilliseconds(i), Guesser, "anna@example.com"));
            world.Fail(At.AddMilliseconds(i), Guesser, $"user{i}@example.com");
        }
        Assert.True(world.Refuses(At.AddSeconds(10), Guesser, "anna@example.com"));
        Assert.False(world.Refuses(At.AddSeconds(10), "203.0.113.10", "anna@example.com"));
        Assert.False(world.Refuses(At.AddSeconds(15.03), Guesser, "anna@example.com"));
    }

    [Theory]
    [InlineData("203.0.113.200")]
    [InlineData("203.0.113.1")]
    public void A_network_is_a_24(string other)
    {
        var world = Under(new Quota(Window, QuotaUnit.Attempts, 45, Of: QuotaScope.Network));
        for (var i = 0; i < 45; i++)
            world.Login(At.AddMilliseconds(i), $"203.0.113.{i + 2}", $"user{i}@example.com");
        Assert.True(world.Refuses(At.AddSeconds(1), other, "new@example.com"));
        Assert.False(world.Refuses(At.AddSeconds(1), "203.0.112.1", "new@example.com"));
    }

    [Fact]
    public void An_ipv6_network_is_a_64()
    {
        var world = Under(new Quota(Window, QuotaUnit.Attempts, 3, Of: QuotaScope.Network));
        for (var i = 1; i <= 3; i++)
            world.Login(At.AddMilliseconds(i), $"2001:db8::{i}", "anna@example.com");
        Assert.True(world.Refuses(At.AddSeconds(1), "2001:db8::1000", "bert@example.com"));
        Assert.False(world.Refuses(At.AddSeconds(1), "2001:db8:0:1::1", "bert@example.com"));
    }

    [Fact]
    public void Different_accounts_that_it_tried_are_counted_once_each()
    {
        var world = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Accounts, 3, Of: QuotaScope.Address));
        for (var i = 0; i < 30; i++)
            world.Fail(At.AddSeconds(i), Guesser, $"user{i % 2}@example.com");
        Assert.False(world.Refuses(At.AddMinutes(1), Guesser, "anna@example.com"));
        world.Fail(At.AddMinutes(2), Guesser, "user2@example.com");
        Assert.True(world.Refuses(At.AddMinutes(3), Guesser, "anna@example.com"));
    }

    [Fact]
    public void Whoever_is_at_home_there_is_let_in_and_an_office_altogether()
    {
        var world = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Failures, 5, Of: QuotaScope.Address));
        world.Home(Guesser, "anna@example.com");
        for (var i = 0; i < 20; i++)
            world.Fail(At.AddSeconds(i), Guesser, $"user{i}@example.com");
        Assert.False(world.Refuses(At.AddMinutes(1), Guesser, "anna@example.com"));
        Assert.True(world.Refuses(At.AddMinutes(1), Guesser, "bert@example.com"));
        for (var i = 0; i < 12; i++)
            world.Home(Guesser, $"colleague{i}@example.com");
        Assert.False(world.Refuses(At.AddMinutes(1), Guesser, "bert@example.com"));
    }

    [Fact]
    public void The_own_webmail_is_never_shut_out()
    {
        var world = new AddressWorld(null, ["203.0.113.9"], new Quota(TimeSpan.FromHours(1), QuotaUnit.Failures, 5, Of: QuotaScope.Address));
        for (var i = 0; i < 100; i++)
            world.Fail(At.AddSeconds(i), Guesser, $"user{i}@example.com");
        Assert.False(world.Refuses(At.AddMinutes(2), Guesser, "anna@example.com"));
        Assert.Empty(world.Blocks);
    }

    [Fact]
    public void A_quota_whose_rung_is_blocked_blocks_the_address_once()
    {
        var world = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Failures, 5, Of: QuotaScope.Address) { Then = Rung.Blocked });
        for (var i = 0; i < 30; i++)
            world.Fail(At.AddSeconds(i), Guesser, "");
        Assert.Equal(Guesser, Assert.Single(world.Blocks).Address.ToString());
        Assert.Contains("5 failures per 1h for one address", world.Blocks[0].Reasons[0].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_count_where_the_quota_says_so()
    {
        var strict = Under(new Quota(Window, QuotaUnit.Failures, 3, Of: QuotaScope.Address) { Repeats = true });
        var usual = Under(new Quota(Window, QuotaUnit.Failures, 3, Of: QuotaScope.Address));
        foreach (var world in new[] { strict, usual })
        {
            for (var i = 0; i < 10; i++)
                world.Fail(At.AddMilliseconds(i), Guesser, "anna@example.com", AttemptKind.Retried);
        }
        Assert.Equal(
            (true, false),
            (strict.Refuses(At.AddSeconds(1), Guesser, "bert@example.com"), usual.Refuses(At.AddSeconds(1), Guesser, "bert@example.com"))
        );
    }

    [Fact]
    public void A_flood_of_addresses_leaves_a_bucket_its_size()
    {
        var quota = new Quota(Window, QuotaUnit.Attempts, 45, Of: QuotaScope.Address);
        var state = new AddressBucketState(0) { Adopted = [new Guard.Actors.Policies.KeyedQuota(quota).Key] };
        for (var i = 0; i < 20_000; i++)
        {
            var address = Guard.Messages.Places.NetworkAddress.FromIPv4(0x0B000000u + (uint)i * 77);
            state = AddressLimits.Count(
                state,
                new AddressAttempt(address, AttemptKind.Failed, 7, At.AddMilliseconds(i), Guard.Messages.Observations.ObservationOrigin.None, "")
            );
        }
        Assert.InRange(state.Counted.Count, 1, AddressLimits.MaxCounted);
    }

    [Fact]
    public void Every_policy_in_the_book_has_its_quotas_counted()
    {
        var policy = GuardPolicy.Default with
        {
            Quotas = [new Quota(Window, QuotaUnit.Failures, 30, Of: QuotaScope.Address), new Quota(Window, QuotaUnit.Mails, 30)],
        };
        Assert.Equal(["failures/15s/address"], AddressLimits.KeysOf(PolicyBook.Of(policy)));
        Assert.False(AddressLimits.CountLogins(AddressLimits.KeysOf(PolicyBook.Of(policy))));
        Assert.Empty(AddressLimits.KeysOf(PolicyBook.Of(GuardPolicy.Default)));
    }
}
