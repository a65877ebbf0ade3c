using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What the product is for.</summary>
public sealed class FoundingStorySpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(140).AddHours(3);

    [Fact]
    public void A_trip_to_america_and_one_to_france_are_at_most_reported()
    {
        var account = new Account().KnownFor(90);
        foreach (var (country, first) in new[] { ("US", 96), ("FR", 120) })
        {
            for (var day = first; day < first + 12; day += 2)
            {
                account.Login(Account.Start.AddDays(day), country);
                account.Send(Account.Start.AddDays(day).AddMinutes(4), country, 2);
            }
        }
        Assert.True(account.Highest <= Rung.Reported);
    }

    [Fact]
    public void The_takeover_is_suspended_within_a_minute_and_fifty_mails()
    {
        var account = new Account().KnownFor(138);
        var countries = new[] { "RO", "UA", "CN" };
        var mails = 0;
        var at = Later;
        while (account.Rung < Rung.Suspended && mails < 100)
        {
            if (mails % 20 == 0)
                account.Login(at, countries[mails / 20 % 3], Service.Smtp);
            account.Send(at, countries[mails / 20 % 3]);
            mails++;
            at = at.AddSeconds(1.8);
        }
        Assert.True(account.Rung >= Rung.Suspended, $"stands at {account.Rung}");
        Assert.InRange(mails, 1, 50);
        Assert.True(at - Later <= TimeSpan.FromSeconds(60), $"took {at - Later}");
    }

    [Fact]
    public void A_login_from_a_new_country_alone_only_reports()
    {
        var account = new Account().KnownFor(120).Login(Later, "RO", Service.Smtp);
        Assert.True(account.Rung <= Rung.Reported);
        Assert.False(account.Refused);
    }

    [Fact]
    public void Failed_logins_alone_never_lock_the_account()
    {
        var account = new Account().KnownFor(60);
        for (var i = 0; i < 2000; i++)
            account.Login(Later.AddSeconds(i), i % 2 == 0 ? "RO" : "CN", Service.Smtp, LoginOutcome.WrongPassword, i % 200);
        Assert.Equal(Rung.Normal, account.Highest);
        Assert.False(account.Login(Later.AddHours(2), "GB").Refused);
    }

    [Fact]
    public void Ten_thousand_failures_from_a_thousand_addresses_leave_the_account_usable_from_where_it_is_at_home()
    {
        var account = new Account().KnownFor(60);
        var home = Account.In("GB", 3);
        for (var i = 0; i < 10_000; i++)
        {
            account.Login(Later.AddSeconds(i), new[] { "RO", "CN", "UA", "BR" }[i % 4], Service.Smtp, LoginOutcome.WrongPassword, i % 250);
            if (i % 500 == 0)
            {
                Assert.False(account.Login(Later.AddSeconds(i), "GB", network: 3).Refused);
                Assert.False(account.Send(Later.AddSeconds(i), "GB", network: 3).Refused);
            }
        }
        Assert.Equal(Rung.Normal, account.Highest);
        Assert.DoesNotContain(account.Events.OfType<AddressBlockOrdered>(), block => block.Address == home.Address);
    }

    [Fact]
    public void While_an_account_is_blocked_its_owner_on_another_line_is_refused_and_not_blocked_and_who_sends_unread_is()
    {
        var account = new Account().KnownFor(40);
        account.Told([new ReactionChanged(Later, account.Rung, Rung.Blocked, Later.AddDays(1), 50, Account.In("RO").Address, "RO", [])]);
        for (var i = 0; i < 6; i++)
            account.Login(Later.AddMinutes(i), "GB", network: 200).Send(Later.AddMinutes(i).AddSeconds(9), "GB", 1, 200);
        Assert.DoesNotContain(account.Events.OfType<AddressBlockOrdered>(), block => block.Address == Account.In("GB", 200).Address);
        for (var i = 0; i < 3; i++)
            account.Login(Later.AddMinutes(10 + i), "FR", Service.Imap);
        Assert.DoesNotContain(account.Events.OfType<AddressBlockOrdered>(), block => block.Address == Account.In("FR").Address);
        for (var i = 0; i < 30; i++)
            account.Send(Later.AddMinutes(20).AddSeconds(i), "BR");
        Assert.Contains(account.Events.OfType<AddressBlockOrdered>(), block => block.Address == Account.In("BR").Address);
    }

    [Fact]
    public void Many_failures_from_one_address_block_the_address()
    {
        var account = new Account().KnownFor(60);
        for (var i = 0; i < 25; i++)
            account.Login(Later.AddSeconds(i), "RO", Service.Smtp, LoginOutcome.WrongPassword);
        var block = Assert.Single(account.Events.OfType<AddressBlockOrdered>());
        Assert.Equal(Account.In("RO").Address, block.Address);
    }

    [Fact]
    public void What_was_judged_abnormal_is_not_learnt_until_it_is_absolved()
    {
        var account = new Account().KnownFor(120);
        for (var i = 0; i < 40; i++)
            account.Send(Later.AddSeconds(i), "RO");
        var day = (int)(Later.ToUnixTimeSeconds() / 86400);
        var romania = Guard.Actors.Behaviour.PlaceKeys.CountryKey("RO");
        Assert.Equal(0, account.State.Baseline.Countries.Weight(romania, day));
        var taught = Guard.Actors.Users.UserEvolution.Apply(account.State, new Absolved(Later.AddHours(1)));
        Assert.True(taught.Baseline.Countries.Weight(romania, day) > 0);
    }

    [Fact]
    public void While_learning_a_strange_country_is_no_evidence_but_gross_excess_is()
    {
        var account = new Account().KnownFor(4);
        var at = Account.Start.AddDays(5);
        Assert.Equal(Rung.Normal, account.Login(at, "BR").Rung);
        for (var i = 0; i < 300 && account.Rung < Rung.Restricted; i++)
            account.Send(at.AddSeconds(i), "BR");
        Assert.True(account.Rung >= Rung.Restricted);
    }
}
