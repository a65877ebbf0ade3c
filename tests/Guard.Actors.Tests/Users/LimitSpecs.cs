using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What else admins limit by, each exact and by itself.</summary>
public sealed class LimitSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private static Account Under(params Quota[] quotas) =>
        new(Account.RulesOnly with { Quotas = [.. quotas], Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal } });

    private static Login From(Account account, DateTimeOffset at, Place place, LoginOutcome outcome = LoginOutcome.Succeeded, uint password = 0) =>
        new(account.State.User, at, place, ObservationOrigin.None, Service.Imap, outcome) { Password = password };

    [Fact]
    public void A_limit_of_addresses_refuses_the_one_too_many_and_lets_the_others_go_on()
    {
        var account = Under(new Quota(Window, QuotaUnit.Addresses, 3));
        for (var host = 1; host <= 3; host++)
            Assert.False(account.Take(From(account, At.AddSeconds(host), Account.In("GB", host: host))).Refused);
        Assert.Equal(Verdict.Defer, Would(account, At.AddSeconds(4), Account.In("GB", host: 4)));
        Assert.Equal(Verdict.Allow, Would(account, At.AddSeconds(4), Account.In("GB", host: 2)));
        // A window later the first is forgotten, to the second.
        Assert.Equal(Verdict.Defer, Would(account, At.AddSeconds(15.9), Account.In("GB", host: 4)));
        Assert.Equal(Verdict.Allow, Would(account, At.AddSeconds(16), Account.In("GB", host: 4)));
    }

    [Fact]
    public void Mail_counts_where_it_comes_from_as_well()
    {
        var account = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Addresses, 1));
        account.Send(At, "GB");
        Assert.True(account.Send(At.AddMinutes(1), "GB", network: 2).Refused);
        Assert.False(account.Send(At.AddMinutes(2), "GB").Refused);
    }

    [Theory]
    [InlineData(QuotaUnit.Networks, 2, 3)]
    [InlineData(QuotaUnit.Addresses, 3, 3)]
    public void Addresses_of_one_network_are_one_network(QuotaUnit unit, int limit, int last)
    {
        var account = Under(new Quota(Window, unit, limit));
        Place[] places = [Account.In("GB", 1, 1), Account.In("GB", 1, 2), Account.In("GB", 2, 1), Account.In("GB", 3, 1)];
        var refused = places.Select((place, i) => account.Take(From(account, At.AddSeconds(i), place)).Refused).ToList();
        Assert.Equal([.. Enumerable.Repeat(false, last), .. Enumerable.Repeat(true, 4 - last)], refused);
    }

    [Fact]
    public void Elsewhere_is_one_count_for_neutral_and_suspicious_countries_together()
    {
        var account = new Account(
            Account.RulesOnly with
            {
                Places = new PlacesPolicy(["GB"], ["RO"], PlaceClass.Neutral),
                Quotas =
                [
                    new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 500),
                    new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 50, PlaceClass.Elsewhere),
                ],
                Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal },
            }
        );
        Assert.False(account.Send(At, "GB", recipients: 100).Refused);
        Assert.False(account.Send(At.AddMinutes(1), "FR", recipients: 30).Refused);
        Assert.False(account.Send(At.AddMinutes(2), "RO", recipients: 20).Refused);
        Assert.True(account.Send(At.AddMinutes(3), "FR", recipients: 1).Refused);
        Assert.True(account.Send(At.AddMinutes(4), "RO", recipients: 1).Refused);
        Assert.False(account.Send(At.AddMinutes(5), "GB", recipients: 350).Refused);
        Assert.True(account.Send(At.AddMinutes(6), "GB", recipients: 1).Refused);
    }

    [Fact]
    public void Two_countries_an_hour_are_two()
    {
        var account = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 2));
        Assert.False(account.Login(At, "GB").Refused);
        Assert.False(account.Login(At.AddMinutes(1), "IE").Refused);
        Assert.True(account.Login(At.AddMinutes(2), "FR").Refused);
        Assert.False(account.Login(At.AddMinutes(61), "FR").Refused);
    }

    [Fact]
    public void More_addresses_than_allowed_that_were_used_all_the_same_shut_out_strange_ones_and_not_the_owner()
    {
        var account = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Addresses, 3)).KnownFor(60);
        var now = At.AddDays(61);
        account.Login(now, "GB", network: 4);
        for (var host = 0; host < 8; host++)
            account.Take(From(account, now.AddSeconds(host), Account.In("RO", host)));
        Assert.Equal(Verdict.Defer, Would(account, now.AddMinutes(1), Account.In("RO", 1)));
        Assert.Equal(Verdict.Allow, Would(account, now.AddMinutes(1), Account.In("GB", 4)));
    }

    [Fact]
    public void Different_wrong_passwords_shut_out_strange_places_and_the_same_one_again_is_none()
    {
        var account = Under(new Quota(Window, QuotaUnit.Passwords, 5));
        for (var i = 0; i < 20; i++)
            account.Take(From(account, At.AddSeconds(i * 0.5), Account.In("RO"), i == 0 ? LoginOutcome.WrongPassword : LoginOutcome.RetriedPassword, 77));
        Assert.Equal(Verdict.Allow, Would(account, At.AddSeconds(10), Account.In("RO")));
        for (var i = 1; i <= 4; i++)
            account.Take(From(account, At.AddSeconds(10), Account.In("RO"), LoginOutcome.WrongPassword, (uint)i));
        Assert.Equal(Verdict.Defer, Would(account, At.AddSeconds(11), Account.In("RO")));
        Assert.Equal(Verdict.Allow, Would(account, At.AddSeconds(25), Account.In("RO")));
    }

    [Theory]
    [InlineData(QuotaUnit.Failures)]
    [InlineData(QuotaUnit.Attempts)]
    [InlineData(QuotaUnit.Passwords)]
    public void What_strangers_use_up_locks_nobody_and_leaves_the_owner_at_home(QuotaUnit unit)
    {
        var account = Under(new Quota(TimeSpan.FromHours(1), unit, 5) { Then = Rung.Reported }).KnownFor(60);
        var now = At.AddDays(61);
        for (var i = 0; i < 50; i++)
            account.Take(From(account, now.AddSeconds(i), Account.In("RO", i), LoginOutcome.WrongPassword, (uint)i + 1));
        Assert.Equal(Rung.Reported, account.Rung);
        Assert.Equal(Verdict.Defer, Would(account, now.AddMinutes(1), Account.In("CN")));
        Assert.Equal(Verdict.Allow, Would(account, now.AddMinutes(1), Account.In("GB", 3)));
    }

    [Fact]
    public void Exactly_so_many_failures_are_let_through_before_the_next_login_is_refused()
    {
        var account = Under(new Quota(Window, QuotaUnit.Failures, 20));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Verdict.Allow, Would(account, At.AddMilliseconds(i * 100), Account.In("RO")));
            account.Take(From(account, At.AddMilliseconds(i * 100), Account.In("RO"), LoginOutcome.WrongPassword));
        }
        Assert.Equal(Verdict.Defer, Would(account, At.AddSeconds(14.9), Account.In("RO")));
        Assert.Equal(Verdict.Allow, Would(account, At.AddSeconds(15), Account.In("RO")));
    }

    [Fact]
    public void Repeats_count_only_where_the_quota_says_so()
    {
        var strict = Under(new Quota(Window, QuotaUnit.Failures, 2) { Repeats = true });
        var usual = Under(new Quota(Window, QuotaUnit.Failures, 2));
        foreach (var account in new[] { strict, usual })
        {
            for (var i = 0; i < 5; i++)
                account.Take(From(account, At.AddSeconds(i), Account.In("RO"), LoginOutcome.RetriedPassword, 7));
        }
        Assert.Equal((Verdict.Defer, Verdict.Allow), (Would(strict, At.AddSeconds(6), Account.In("RO")), Would(usual, At.AddSeconds(6), Account.In("RO"))));
    }

    [Fact]
    public void Bytes_are_counted_to_the_last_one()
    {
        var account = Under(new Quota(TimeSpan.FromDays(1), QuotaUnit.Bytes, 10_000_000_000));
        var at = At;
        for (var i = 0; i < 10; i++)
            Assert.False(Sent(account, at = at.AddSeconds(1), 1_000_000_000).Refused);
        Assert.True(Sent(account, at.AddSeconds(1), 1).Refused);
        Assert.Equal(10_000_000_000, account.State.QuotaUse.Count(account.State.Quotas[0].Quota, at.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData(null, Rung.Restricted)]
    [InlineData(Rung.Normal, Rung.Normal)]
    [InlineData(Rung.Suspended, Rung.Suspended)]
    public void Each_quota_has_its_own_rung_and_refuses_by_itself(Rung? then, Rung reached)
    {
        var policy = Account.RulesOnly with { Quotas = [new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 1) { Then = then }] };
        var account = new Account(policy).Login(At, "GB").Login(At.AddMinutes(1), "FR");
        Assert.True(account.Refused);
        Assert.Equal(reached, account.Rung);
    }

    [Fact]
    public void Its_own_text_and_alarm_are_told()
    {
        var account = Under(new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 1, Alarm: true) { Text = "One country at a time, please." });
        account.Login(At, "GB").Login(At.AddMinutes(1), "FR");
        Assert.Equal("One country at a time, please.", account.Last.Reasons[0].Text);
        Assert.Single(account.Events.OfType<AlarmRaised>());
    }

    [Fact]
    public void A_quota_that_is_taken_away_and_comes_back_begins_anew()
    {
        var account = Under(new Quota(Window, QuotaUnit.Addresses, 1));
        account.Login(At, "GB");
        Assert.Single(account.State.Exact);
        var without = UserDecider.Decide(
            account.State,
            From(account, At.AddSeconds(1), Account.In("GB", 2)),
            UserTerms.Of(Account.RulesOnly, Account.RulesOnly, Rung.Normal)
        );
        Assert.Empty(without.Events.Aggregate(account.State, UserEvolution.Apply).Exact);
    }

    private static Account Sent(Account account, DateTimeOffset at, long bytes) =>
        account.Take(new Submission(account.State.User, at, Account.In("GB"), ObservationOrigin.None, 1, bytes, ""));

    /// <summary>What a login that is being tried would be answered; nothing is counted.</summary>
    private static Verdict Would(Account account, DateTimeOffset at, Place place) => account.Would(From(account, at, place)).WouldBe;
}
