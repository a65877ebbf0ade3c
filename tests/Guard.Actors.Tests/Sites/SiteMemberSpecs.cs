using System.Collections.Immutable;
using CsCheck;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>Different addresses, networks and countries of a whole site.</summary>
public sealed class SiteMemberSpecs
{
    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly string[] Countries = ["GB", "IE", "FR", "ES", "RO", "UA"];

    [Fact]
    public void No_window_ever_holds_more_countries_than_the_site_may_and_nobody_is_refused_while_there_is_room() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[1, 900])
            .Array[1, 150]
            .Sample(steps =>
            {
                var site = new People(new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 3, Of: QuotaScope.Site));
                var used = new List<(double At, string Country)>();
                var at = 0.0;
                foreach (var (account, country, after) in steps)
                {
                    at += after;
                    var allowed = site.Login(account, At.AddSeconds(at), Countries[country]);
                    if (allowed)
                        used.Add((at, Countries[country]));
                    var others = used.Where(one => one.Country != Countries[country]);
                    if (allowed)
                        Assert.InRange(others.Where(one => one.At > at - 3600).Select(one => one.Country).Distinct().Count() + 1, 1, 3);
                    else
                        Assert.InRange(others.Where(one => one.At > at - 3600 - 150).Select(one => one.Country).Distinct().Count(), 3, 6);
                }
            });

    [Fact]
    public void What_is_refused_otherwise_uses_nothing_up()
    {
        var site = new People(
            new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 2, Of: QuotaScope.Site),
            new Quota(TimeSpan.FromHours(1), QuotaUnit.Logins, 1)
        );
        Assert.True(site.Login(0, At, "GB"));
        Assert.False(site.Login(0, At.AddMinutes(1), "RO"));
        Assert.False(site.Login(0, At.AddMinutes(2), "UA"));
        Assert.True(site.Login(1, At.AddMinutes(3), "IE"));
    }

    [Fact]
    public void Of_several_limits_only_what_is_exceeded_is_told()
    {
        var site = new People(
            new Quota(TimeSpan.FromHours(1), QuotaUnit.Countries, 1, Of: QuotaScope.Site) { Then = Rung.Restricted, Text = "call us" },
            new Quota(TimeSpan.FromHours(1), QuotaUnit.Logins, 100, Of: QuotaScope.Site)
        );
        Assert.True(site.Login(0, At, "GB"));
        Assert.False(site.Login(1, At.AddMinutes(1), "RO"));
        var told = Assert.Single(site.Last.Reasons, reason => reason.Bits == 0);
        Assert.Equal(("1 different countries per 1h for the whole site", "call us"), (told.Subject, told.Text));
        Assert.Equal(Rung.Restricted, site.State.Reaction.Rung);
    }

    [Fact]
    public void When_the_limit_is_lowered_accounts_go_on_from_where_they_are_at_home()
    {
        var site = new People(new Quota(TimeSpan.FromHours(1), QuotaUnit.Networks, 40, Of: QuotaScope.Site));
        for (var day = 0; day < 60; day++)
            Assert.True(site.Login(0, At.AddDays(day), "GB"));
        var now = At.AddDays(60);
        Assert.True(site.Login(0, now, "GB"));
        Assert.True(site.Login(1, now.AddMinutes(1), "IE"));
        site.Allow(new Quota(TimeSpan.FromHours(1), QuotaUnit.Networks, 1, Of: QuotaScope.Site));
        Assert.True(site.Login(0, now.AddMinutes(20), "GB"));
        Assert.False(site.Login(1, now.AddMinutes(21), "IE"));
        Assert.False(site.Login(2, now.AddMinutes(22), "GB"));
    }

    /// <summary>Accounts of one site, each with its slice, as the entities do it.</summary>
    private sealed class People
    {
        private readonly UserState[] _accounts = [.. Enumerable.Range(0, 4).Select(i => new UserState(new UserId($"{i}@example.com")))];
        private GuardPolicy _policy = Account.RulesOnly;
        private int _requests;

        public People(params Quota[] quotas) => Allow(quotas);

        public SiteState State { get; private set; } = new(Site);

        public UserVerdict Last { get; private set; }

        public void Allow(params Quota[] quotas) =>
            _policy = Account.RulesOnly with { Quotas = [.. quotas], Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal } };

        public bool Login(int account, DateTimeOffset at, string country)
        {
            var turn = new UserTurn(_accounts[account]);
            var login = new Login(turn.State.User, at, Account.In(country), ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded);
            var terms = UserTerms.Of(_policy, _policy, Rung.Normal);
            var needs = turn.Lacks(login, terms);
            if (!needs.IsEmpty)
                Grant(turn, at, needs);
            Last = turn.Decide(login, terms);
            _accounts[account] = turn.State;
            return Last.WouldBe == Verdict.Allow;
        }

        private void Grant(UserTurn turn, DateTimeOffset at, ImmutableArray<SliceAmount> needs)
        {
            var request = UserTurn.Ask(turn.State, Site, $"{_requests++}", at, needs);
            var outcome = SiteDecider.Request(State, request, new Guard.Actors.Policies.EffectivePolicy(_policy), spare: true, mayRecall: false);
            foreach (var change in outcome.Events)
                State = SiteEvolution.Apply(State, change);
            var granted = outcome.Granted!;
            turn.Take(at, granted.LeaseId, DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires), granted.Amounts);
        }
    }
}
