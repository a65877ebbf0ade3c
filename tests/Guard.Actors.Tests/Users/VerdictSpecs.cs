using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What one observation is taken for, and the reasons that its answer carries.</summary>
public sealed class VerdictSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly DateTimeOffset Later = Account.Start.AddDays(61);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static GuardPolicy With(Rung onQuota, params Quota[] quotas) =>
        Account.RulesOnly with
        {
            Quotas = [.. quotas],
            Reactions = Account.RulesOnly.Reactions with { OnQuota = onQuota, RestrictTo = 1 },
        };

    private static Judgement Taken(Account account) => account.Events.OfType<ObservationJudged>().Last().Judgement;

    private static Account Standing(Rung rung, GuardPolicy? policy = null, Rung siteRung = Rung.Normal, params Reason[] reasons) =>
        new Account(policy ?? Account.RulesOnly, siteRung)
            .KnownFor(60)
            .Told([new ReactionChanged(Later, Rung.Normal, rung, Later.AddDays(1), 0, default, "", [.. reasons])]);

    [Fact]
    public void What_comes_late_is_taken_at_the_accounts_own_time()
    {
        var account = new Account().Send(At.AddMinutes(5), "GB").Send(At, "GB");
        Assert.Equal(At.AddMinutes(5), account.Events.OfType<ObservationJudged>().Last().Observation.At);
    }

    [Fact]
    public void A_delivery_is_learnt_and_never_judged()
    {
        var account = Standing(Rung.Suspended);
        account.Take(new Delivery(account.State.User, Later.AddMinutes(1), ObservationOrigin.None, DeliveryOutcome.Bounced, 3));
        Assert.Equal(Judgement.Learn, Taken(account));
        Assert.Equal((Verdict.Allow, 0.0), (account.Last.WouldBe, account.Last.Score));
    }

    [Fact]
    public void A_place_that_was_announced_is_usual()
    {
        var account = new Account(With(Rung.Restricted, new Quota(Day, QuotaUnit.Recipients, 5, PlaceClass.Suspicious))).KnownFor(60);
        account.Planned(Later.AddDays(-1), Later.AddDays(1), "RO");
        account.Send(Later, "RO", recipients: 30);
        Assert.False(account.Refused);
        Assert.True(Taken(account).HasFlag(Judgement.Usual));
        Assert.False(Taken(account).HasFlag(Judgement.Suspicious));
    }

    [Theory]
    [InlineData("GB", true, false)]
    [InlineData("RO", false, true)]
    [InlineData("BR", false, false)]
    public void A_use_is_marked_by_what_the_policy_thinks_of_its_place(string country, bool usual, bool suspicious)
    {
        var account = new Account().Send(At, country);
        Assert.Equal((usual, suspicious), (Taken(account).HasFlag(Judgement.Usual), Taken(account).HasFlag(Judgement.Suspicious)));
    }

    [Theory]
    [InlineData("GB", false)]
    [InlineData("RO", true)]
    public void A_failed_login_is_strange_where_the_account_is(string country, bool strange)
    {
        var account = new Account().KnownFor(60).Login(Later, country, outcome: LoginOutcome.WrongPassword);
        Assert.Equal(strange, Taken(account).HasFlag(Judgement.Strange));
        Assert.False(Taken(account).HasFlag(Judgement.Learn));
    }

    [Fact]
    public void Quotas_that_the_policy_has_no_more_are_let_go()
    {
        var before = With(Rung.Normal, new Quota(Day, QuotaUnit.Mails, 100), new Quota(Day, QuotaUnit.Addresses, 100));
        var account = new Account(before).Send(At, "GB");
        var terms = UserTerms.Of(With(Rung.Normal, new Quota(Day, QuotaUnit.Mails, 100)), GuardPolicy.Default, Rung.Normal);
        var next = new Submission(account.State.User, At.AddMinutes(1), Account.In("GB"), ObservationOrigin.None, 1, 1, "Z");
        var adopted = Assert.Single(UserDecider.Decide(account.State, next, terms).Events.OfType<QuotasAdopted>());
        Assert.Equal(["mails/1d"], adopted.Keys);
        // The same ones stay.
        Assert.Empty(account.Would(next).Events.OfType<QuotasAdopted>());
    }

    [Theory]
    [InlineData(Service.Imap, "imap RO")]
    [InlineData(Service.Smtp, "smtp RO")]
    public void A_rule_of_places_says_which_service_and_from_where(Service service, string subject)
    {
        var policy = Account.RulesOnly with { Services = [new ServicePolicy(service, ["GB"], [])] };
        var account = new Account(policy);
        if (service == Service.Smtp)
            account.Send(At, "RO");
        else
            account.Login(At, "RO", service);
        Assert.Equal((ReasonCodes.ForbiddenPlace, subject), (account.Last.Reasons[0].Code, account.Last.Reasons[0].Subject));
    }

    [Fact]
    public void All_that_refuses_is_told()
    {
        var policy = With(Rung.Normal, new Quota(Day, QuotaUnit.Recipients, 5)) with { Services = [new ServicePolicy(Service.Smtp, ["GB"], [])] };
        var account = Standing(Rung.Suspended, policy).Send(Later.AddMinutes(1), "RO", recipients: 6);
        Assert.Equal(
            [ReasonCodes.ForbiddenPlace, ReasonCodes.QuotaExceeded, ReasonCodes.AccountLocked],
            account.Last.Reasons.Take(3).Select(reason => reason.Code)
        );
    }

    [Theory]
    [InlineData(Rung.Normal, Rung.Suspended, ReasonCodes.SiteReaction)]
    [InlineData(Rung.Suspended, Rung.Normal, ReasonCodes.AccountLocked)]
    [InlineData(Rung.Suspended, Rung.Suspended, ReasonCodes.AccountLocked)]
    [InlineData(Rung.Suspended, Rung.Blocked, ReasonCodes.SiteReaction)]
    public void Whose_lock_refuses_is_told(Rung own, Rung site, string code)
    {
        var account = Standing(own, siteRung: site).Login(Later.AddMinutes(1), "GB");
        Assert.Equal(Verdict.Reject, account.Last.WouldBe);
        Assert.Equal(code, account.Last.Reasons[0].Code);
    }

    [Fact]
    public void What_an_account_was_locked_for_stands_first_and_once()
    {
        var policy = With(Rung.Normal, new Quota(Day, QuotaUnit.Recipients, 5), new Quota(Day, QuotaUnit.Mails, 0));
        var unlocked = new Account(policy).KnownFor(60).Send(Later, "GB", recipients: 6);
        var (recipients, mails) = (unlocked.Last.Reasons[0], unlocked.Last.Reasons[1]);
        var account = Standing(Rung.Suspended, policy, Rung.Suspended, recipients).Send(Later.AddMinutes(1), "GB", recipients: 6);
        Assert.Equal([recipients.Subject, mails.Subject, ""], account.Last.Reasons.Take(3).Select(reason => reason.Subject));
        Assert.Equal(
            [ReasonCodes.QuotaExceeded, ReasonCodes.QuotaExceeded, ReasonCodes.AccountLocked],
            account.Last.Reasons.Take(3).Select(reason => reason.Code)
        );
    }

    [Fact]
    public void What_the_sites_heavier_rung_refuses_is_not_told_as_the_accounts()
    {
        var account = Standing(Rung.Suspended, siteRung: Rung.Blocked, reasons: new Reason(ReasonCodes.NewCountry, 1, 0, 7, "RO"))
            .Send(Later.AddMinutes(1), "GB");
        Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code == ReasonCodes.NewCountry);
    }

    [Theory]
    [InlineData(Rung.Normal, Rung.Normal)]
    [InlineData(Rung.Reported, Rung.Reported)]
    [InlineData(Rung.Suspended, Rung.Reported)]
    public void What_strangers_fail_at_is_reported_at_most_and_only_where_a_quota_says_so(Rung then, Rung rung)
    {
        var account = new Account(With(Rung.Blocked, new Quota(TimeSpan.FromHours(1), QuotaUnit.Failures, 3) { Then = then })).KnownFor(60);
        for (var i = 0; i < 5; i++)
            account.Login(Later.AddSeconds(i), "RO", outcome: LoginOutcome.WrongPassword);
        Assert.Equal(rung, account.Highest);
    }

    [Fact]
    public void Failures_of_strangers_weigh_nothing_against_the_account_by_themselves()
    {
        var account = new Account(Account.Example with { Reactions = ReactionPolicy.Default with { OnAnomaly = new AnomalyThresholds(0, 0, 0, 0) } }).KnownFor(
            1
        );
        var before = account.Events.OfType<ReactionChanged>().Count();
        account.Login(Later, "RO", outcome: LoginOutcome.WrongPassword);
        Assert.Equal(before, account.Events.OfType<ReactionChanged>().Count(change => change.To > change.From));
    }

    [Theory]
    [InlineData(LockGrade.Everything)]
    [InlineData(LockGrade.Strange)]
    public void The_mail_that_brings_a_lock_about_is_refused_itself_from_home_too(LockGrade grade)
    {
        var policy = With(Rung.Suspended, new Quota(Day, QuotaUnit.Recipients, 5));
        var account = new Account(policy with { Reactions = policy.Reactions with { Lock = grade } }).Send(At, "GB", recipients: 6);
        Assert.Equal((Rung.Suspended, Verdict.Reject), (account.Rung, account.Last.WouldBe));
    }

    [Fact]
    public void One_below_a_lock_only_defers()
    {
        var account = new Account(With(Rung.Restricted, new Quota(Day, QuotaUnit.Recipients, 5))).Send(At, "GB", recipients: 6);
        Assert.Equal((Rung.Restricted, Verdict.Defer), (account.Rung, account.Last.WouldBe));
    }

    [Theory]
    [InlineData(Rung.Normal, true)]
    [InlineData(Rung.Reported, true)]
    [InlineData(Rung.Restricted, false)]
    public void What_is_sent_in_peace_is_learnt_and_what_is_sent_while_restricted_is_not(Rung standing, bool learnt)
    {
        var account = Standing(standing).Send(Later.AddMinutes(1), "GB");
        Assert.Equal(learnt, Taken(account).HasFlag(Judgement.Learn));
    }

    [Theory]
    [InlineData(Rung.Reported, true)]
    [InlineData(Rung.Restricted, false)]
    public void What_a_rule_restricts_for_is_not_learnt(Rung onQuota, bool learnt)
    {
        // An alarm alone refuses nothing: the failures' quota is over, and the login goes on.
        var policy = With(Rung.Normal, new Quota(Day, QuotaUnit.Attempts, 1) { Then = onQuota });
        var account = new Account(policy).Login(At, "GB").Login(At.AddMinutes(1), "GB");
        Assert.True(account.Refused);
        Assert.False(Taken(account).HasFlag(Judgement.Learn));
        Assert.Equal(learnt, account.Rung == Rung.Reported);
    }

    [Fact]
    public void What_deserves_a_restriction_is_not_learnt_where_the_ladder_ends_before_it()
    {
        var policy = Account.Example with
        {
            Reactions = ReactionPolicy.Default with { Highest = Rung.Reported, OnAnomaly = new AnomalyThresholds(0, 0, null, null) },
        };
        var account = new Account(policy).KnownFor(60).Send(Later, "GB");
        Assert.Equal(Rung.Reported, account.Rung);
        Assert.False(Taken(account).HasFlag(Judgement.Learn));
    }

    [Theory]
    [InlineData(Rung.Normal, true)]
    [InlineData(Rung.Reported, true)]
    [InlineData(Rung.Restricted, false)]
    [InlineData(Rung.Suspended, false)]
    public void A_first_strange_mail_counts_for_the_site_until_the_account_itself_is_restricted(Rung standing, bool counts)
    {
        var account = Standing(standing).Send(Later.AddMinutes(1), "BR");
        Assert.Equal(counts, Taken(account).HasFlag(Judgement.StrangeMail));
    }

    [Fact]
    public void A_first_strange_mail_that_restricts_by_itself_does_not_count_for_the_site_besides()
    {
        var policy = Account.RulesOnly with { Reactions = ReactionPolicy.Default with { OnAnomaly = new AnomalyThresholds(null, 5, null, null) } };
        var account = new Account(policy).Told([.. new Account(Account.RulesOnly).KnownFor(60).Events]).Send(Later, "BR");
        Assert.Equal(Rung.Restricted, account.Rung);
        Assert.False(Taken(account).HasFlag(Judgement.StrangeMail));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(6, false)]
    public void Only_what_goes_on_uses_the_sites_quota(int held, bool counted)
    {
        var policy = With(Rung.Normal, new Quota(Day, QuotaUnit.Recipients, 100, Of: QuotaScope.Site));
        var terms = UserTerms.Of(policy, policy, Rung.Normal);
        var account = new Account(policy);
        var state = account.State with { Slice = new Slice("l", At.AddHours(1).ToUnixTimeMilliseconds(), [new SliceAmount(terms.SiteQuotas[0].Key, held)]) };
        var mail = new Submission(state.User, At, Account.In("GB"), ObservationOrigin.None, 7, 1000, "Q");
        Assert.Equal(counted, UserDecider.Decide(state, mail, terms).Events.OfType<ObservationJudged>().Single().Judgement.HasFlag(Judgement.SiteCounted));
        Assert.False(Taken(new Account(With(Rung.Normal)).Send(At, "GB")).HasFlag(Judgement.SiteCounted));
    }
}
