using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>The rules of the seed list, by name.</summary>
public sealed class SeedListSpecs
{
    private static readonly DateTimeOffset At = Account.Start;

    private static GuardPolicy Only(Service service, params string[] allow) =>
        GuardPolicy.Default with
        {
            Services = [new ServicePolicy(service, [.. allow], [])],
            Reactions = ReactionPolicy.Default with { OnForbiddenPlace = Rung.Restricted },
        };

    [Theory]
    [InlineData("GB", "GB", "FR")]
    [InlineData("EU", "FR", "US")]
    [InlineData("154", "GB", "FR")]
    [InlineData("South America", "BR", "MX")]
    public void A_service_is_allowed_by_country_continent_and_region(string word, string inside, string outside)
    {
        Assert.False(new Account(Only(Service.Ftp, word)).Login(At, inside, Service.Ftp).Refused);
        Assert.True(new Account(Only(Service.Ftp, word)).Login(At, outside, Service.Ftp).Refused);
        Assert.False(new Account(Only(Service.Ftp, word)).Login(At, outside, Service.Imap).Refused);
    }

    [Fact]
    public void A_service_is_allowed_by_subdivision()
    {
        var account = new Account(Only(Service.Imap, "GB-SCT"));
        var scotland = Account.In("GB") with { Subdivision = "GB-SCT" };
        var england = Account.In("GB") with { Subdivision = "GB-ENG" };
        Assert.False(account.Take(new Login(account.State.User, At, scotland, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded)).Refused);
        Assert.True(account.Take(new Login(account.State.User, At, england, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded)).Refused);
    }

    [Fact]
    public void A_forbidden_place_is_refused_also_where_the_ladder_only_reports_it()
    {
        var policy = Only(Service.Ftp, "GB") with { Reactions = ReactionPolicy.Default };
        var account = new Account(policy).Login(At, "FR", Service.Ftp);
        Assert.Equal(Rung.Reported, account.Rung);
        Assert.True(account.Refused);
    }

    [Theory]
    [InlineData("GB", 500)]
    [InlineData("RO", 50)]
    public void Five_hundred_a_day_from_an_unsuspicious_country_but_fifty_from_a_suspicious_one(string country, int most)
    {
        var policy = Account.Example with
        {
            Reactions = ReactionPolicy.Default with { OnQuota = Rung.Normal, OnAnomaly = new AnomalyThresholds(null, null, null, null) },
        };
        var account = new Account(policy);
        var allowed = 0;
        for (var i = 0; i < 600; i++)
            allowed += account.Send(At.AddSeconds(i), country).Refused ? 0 : 1;
        Assert.Equal(most, allowed);
        Assert.Equal(country == "RO", account.Events.OfType<AlarmRaised>().Any());
    }

    [Fact]
    public void A_message_that_does_not_fit_whole_uses_nothing()
    {
        var policy = Account.RulesOnly with { Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal } };
        var account = new Account(policy).Send(At, "GB", 490);
        Assert.True(account.Send(At.AddSeconds(1), "GB", 11).Refused);
        Assert.False(account.Send(At.AddSeconds(2), "GB", 10).Refused);
        Assert.True(account.Send(At.AddSeconds(3), "GB").Refused);
    }

    [Theory]
    [InlineData(Rung.Normal)]
    [InlineData(Rung.Reported)]
    [InlineData(Rung.Restricted)]
    [InlineData(Rung.Suspended)]
    [InlineData(Rung.Blocked)]
    public void Each_of_the_five_reactions_can_be_chosen_for_a_user(Rung rung)
    {
        var policy = Account.Example with
        {
            Reactions = ReactionPolicy.Default with { OnQuota = rung, OnAnomaly = new AnomalyThresholds(null, null, null, null) },
        };
        var account = new Account(policy).Send(At, "GB", 501);
        Assert.Equal(rung, account.Rung);
        Assert.True(account.Refused, "the quota refuses by itself");
        Assert.Equal(rung >= Rung.Suspended, account.Login(At.AddMinutes(1), "GB").Refused);
    }

    [Theory]
    [InlineData(Rung.Suspended, true)]
    [InlineData(Rung.Blocked, true)]
    [InlineData(Rung.Restricted, false)]
    public void A_reaction_of_the_site_holds_for_its_users(Rung site, bool locked)
    {
        var account = new Account(Account.RulesOnly, site);
        Assert.Equal(locked, account.Login(At, "GB").Refused);
        if (site == Rung.Restricted)
        {
            for (var i = 0; i < 50; i++)
                Assert.False(account.Send(At.AddSeconds(i), "GB").Refused);
            Assert.True(account.Send(At.AddMinutes(2), "GB").Refused);
        }
    }

    [Fact]
    public void The_highest_reaction_is_a_cap_that_never_loosens_a_quota()
    {
        var policy = Account.Example with { Reactions = ReactionPolicy.Default with { OnQuota = Rung.Blocked, Highest = Rung.Reported } };
        var account = new Account(policy).Send(At, "GB", 501);
        Assert.Equal(Rung.Reported, account.Rung);
        Assert.True(account.Refused);
    }

    [Fact]
    public void A_rung_can_be_redirected()
    {
        var redirect = ReactionPolicy.NoRedirect.SetItem((int)Rung.Suspended, Rung.Restricted);
        var policy = Account.Example with { Reactions = ReactionPolicy.Default with { OnQuota = Rung.Suspended, Redirect = redirect } };
        Assert.Equal(Rung.Restricted, new Account(policy).Send(At, "GB", 501).Rung);
    }

    [Fact]
    public void Every_rung_ends_on_time()
    {
        var policy = Account.Example with { Reactions = ReactionPolicy.Default with { OnQuota = Rung.Suspended } };
        var account = new Account(policy).Send(At, "GB", 501);
        Assert.True(account.Login(At.AddMinutes(59), "GB").Refused);
        Assert.False(account.Login(At.AddMinutes(61), "GB").Refused);
        Assert.Equal(Rung.Restricted, account.Rung);
        account.Login(At.AddMinutes(61).AddDays(1), "GB");
        Assert.Equal(Rung.Normal, account.Rung);
        var ends = account.Events.OfType<ReactionChanged>().Where(change => change.To < change.From).Select(change => change.At).ToImmutableArray();
        Assert.Equal([At.AddHours(1), At.AddHours(1).AddDays(1)], ends);
    }

    [Fact]
    public void Observe_mode_decides_the_same_and_refuses_nothing()
    {
        Assert.Equal(GuardMode.Observe, Account.Example.Mode);
        var account = new Account(Account.RulesOnly).Send(At, "GB", 501);
        Assert.Equal(Verdict.Defer, account.Last.WouldBe);
    }
}
