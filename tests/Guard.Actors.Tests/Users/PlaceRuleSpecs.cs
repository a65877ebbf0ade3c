using Guard.Actors.Policies.Geography;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>Where a service may be used from: the rule refuses by itself, as quotas do.</summary>
public sealed class PlaceRuleSpecs
{
    private static GuardPolicy British(Rung onForbidden, Rung highest = Rung.Blocked) =>
        Account.RulesOnly with
        {
            Services = [new ServicePolicy(Service.Imap, ["GB"], []), new ServicePolicy(Service.Smtp, ["*"], ["RO"])],
            Reactions = Account.RulesOnly.Reactions with { OnForbiddenPlace = onForbidden, Highest = highest },
        };

    [Theory]
    [InlineData(Rung.Normal, Rung.Blocked)]
    [InlineData(Rung.Reported, Rung.Blocked)]
    [InlineData(Rung.Restricted, Rung.Reported)]
    [InlineData(Rung.Suspended, Rung.Normal)]
    public void A_use_from_a_place_that_is_not_allowed_is_refused_whatever_the_ladder_does(Rung onForbidden, Rung highest)
    {
        var account = new Account(British(onForbidden, highest)).Login(Account.Start, "RO", Service.Imap);
        Assert.Equal(Verdict.Reject, account.Last.WouldBe);
        Assert.Equal(ReasonCodes.ForbiddenPlace, account.Last.Reasons[0].Code);
        Assert.Equal(onForbidden < highest ? onForbidden : highest, account.Rung);
        Assert.Equal(Verdict.Reject, account.Send(Account.Start.AddMinutes(1), "RO").Last.WouldBe);
    }

    [Fact]
    public void What_is_refused_is_counted_as_refused_and_uses_no_quota()
    {
        var account = new Account(British(Rung.Reported));
        account.Login(Account.Start, "RO", Service.Imap).Login(Account.Start, "GB", Service.Imap).Send(Account.Start, "RO", 7);
        Assert.Equal((2L, 1L, 1L), (account.State.Totals.Logins, account.State.Totals.RefusedLogins, account.State.Totals.Stopped));
        Assert.Equal(0, account.State.Used("recipients/1d", Account.Start.ToUnixTimeSeconds()));
    }

    [Fact]
    public void Other_services_and_other_places_go_on()
    {
        var account = new Account(British(Rung.Reported));
        Assert.False(account.Login(Account.Start, "GB", Service.Imap).Refused);
        Assert.False(account.Login(Account.Start, "RO", Service.Pop3).Refused);
        Assert.False(account.Send(Account.Start, "GB").Refused);
    }

    [Fact]
    public void A_failed_login_from_there_is_a_failure_and_nothing_more()
    {
        var account = new Account(British(Rung.Suspended)).Login(Account.Start, "RO", Service.Imap, LoginOutcome.WrongPassword);
        Assert.False(account.Refused);
        Assert.Equal(Rung.Normal, account.Rung);
    }

    [Fact]
    public void A_place_that_was_announced_is_let_in()
    {
        var account = new Account(British(Rung.Reported)).Planned(Account.Start, Account.Start.AddDays(7), "RO");
        Assert.False(account.Login(Account.Start.AddDays(1), "RO", Service.Imap).Refused);
        Assert.True(account.Login(Account.Start.AddDays(8), "RO", Service.Imap).Refused);
    }

    [Theory]
    [InlineData("UK", "GB (United Kingdom)")]
    [InlineData("England", "GB (United Kingdom)")]
    [InlineData("Deutschland", "DE (Germany)")]
    [InlineData("Österreich", "AT (Austria)")]
    [InlineData("USA", "US (United States)")]
    [InlineData("Türkei", "TR (Turkey)")]
    [InlineData("España", "ES (Spain)")]
    [InlineData("Germny", "DE (Germany)")]
    [InlineData("Eurpe", "Europe")]
    public void A_word_that_is_no_place_gets_a_suggestion(string word, string meant)
    {
        Assert.False(PlaceSet.TryParse([word], out _, out var error));
        Assert.EndsWith($"; did you mean {meant}?", error, StringComparison.Ordinal);
        Assert.StartsWith($"'{word}' is not a place", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_like_nothing_gets_none()
    {
        Assert.False(PlaceSet.TryParse(["Xyzzyquux"], out _, out var error));
        Assert.DoesNotContain("did you mean", error, StringComparison.Ordinal);
    }
}
