using System.Collections.Frozen;
using Guard.Actors.Enforcement.Reporting;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Enforcement;

/// <summary>An incident is one thread of mails, and a bad day is no flood of them.</summary>
public sealed class ReportPlannerSpecs
{
    private static readonly DateTimeOffset Start = Account.Start;
    private static readonly UserId Info = new("info@example.com");
    private static readonly ReportRules Rules = ReportRules.None with { Mail = true, Admins = ["admin@example.net"], Webhooks = ["siem"], PerHour = 5 };
    private static readonly GuardPolicy OnlyMail = GuardPolicy.Default with { Reports = ReportPolicy.Default with { Webhook = false } };

    private ReportLedger _ledger = ReportLedger.Empty;

    private static Effect Of(UserId user, long id, Rung from, Rung to, DateTimeOffset at) =>
        new(
            user,
            id,
            EffectKind.Report,
            at,
            at.AddHours(1),
            GuardMode.Enforce,
            from,
            to,
            21,
            Account.In("RO").Address,
            "RO",
            [new Reason(ReasonCodes.NewCountry, 0, 31, 7, "RO")]
        );

    private void Take(Effect effect, DateTimeOffset now, GuardPolicy? policy = null) =>
        _ledger = _ledger.Apply(
            new ReportTaken(now, effect, _ledger.IncidentOf(effect, now, Rules.Quiet), ReportTargets.Of(effect, policy ?? OnlyMail, Rules))
        );

    /// <summary>What is sent now, with all that was sent before delivered.</summary>
    private ReportDispatch[] Sent(DateTimeOffset now)
    {
        var planned = ReportPlanner.Due(_ledger, now, Rules);
        foreach (var one in planned)
            _ledger = _ledger.Apply(one);
        var dispatches = planned.Select(one => _ledger.Open[one.Id]).ToArray();
        foreach (var one in planned)
            _ledger = _ledger.Apply(new DispatchDone(now, one.Id));
        return dispatches;
    }

    [Fact]
    public void The_first_report_and_each_step_up_go_at_once_in_one_thread()
    {
        Take(Of(Info, 3, Rung.Normal, Rung.Reported, Start), Start);
        var first = Assert.Single(Sent(Start));
        Take(Of(Info, 4, Rung.Reported, Rung.Restricted, Start), Start.AddMinutes(1));
        var second = Assert.Single(Sent(Start.AddMinutes(1)));
        Take(Of(Info, 6, Rung.Restricted, Rung.Suspended, Start), Start.AddMinutes(2));
        var third = Assert.Single(Sent(Start.AddMinutes(2)));
        Assert.Equal((first.Id, ""), (first.Root, first.Before));
        Assert.Equal((first.Id, first.Id), (second.Root, second.Before));
        Assert.Equal((first.Id, second.Id), (third.Root, third.Before));
        Assert.Equal(3, new[] { first.Id, second.Id, third.Id }.Distinct().Count());
    }

    [Fact]
    public void Further_changes_are_told_together_when_the_period_is_over()
    {
        Take(Of(Info, 1, Rung.Normal, Rung.Restricted, Start), Start);
        Assert.Single(Sent(Start));
        for (var id = 2; id < 12; id++)
        {
            Take(Of(Info, id, Rung.Restricted, Rung.Restricted, Start), Start.AddMinutes(id));
            Assert.Empty(Sent(Start.AddMinutes(id)));
        }
        var folded = Assert.Single(Sent(Start.AddHours(1)));
        Assert.Equal(Enumerable.Range(2, 10).Select(id => (long)id), folded.Items.Select(item => item.Effect.Id));
        Assert.Empty(_ledger.Waiting);
    }

    [Fact]
    public void An_end_is_told_in_the_same_thread_when_the_period_is_over_and_the_next_step_up_at_once()
    {
        Take(Of(Info, 1, Rung.Normal, Rung.Suspended, Start), Start);
        var first = Assert.Single(Sent(Start));
        Take(Of(Info, 4, Rung.Suspended, Rung.Normal, Start), Start.AddMinutes(10));
        Assert.Empty(Sent(Start.AddMinutes(10)));
        var end = Assert.Single(Sent(Start.AddHours(1)));
        Assert.Equal((first.Id, first.Id, 4L), (end.Root, end.Before, Assert.Single(end.Items).Effect.Id));
        // Whoever believes it over must hear at once that it is not.
        Take(Of(Info, 7, Rung.Normal, Rung.Suspended, Start), Start.AddHours(1).AddMinutes(1));
        Assert.Equal(end.Id, Assert.Single(Sent(Start.AddHours(1).AddMinutes(1))).Before);
    }

    [Fact]
    public void An_account_that_goes_up_and_down_is_no_flood()
    {
        var mails = 0;
        for (var minute = 0; minute < 600; minute += 5)
        {
            var up = minute % 10 == 0;
            Take(Of(Info, minute + 1, up ? Rung.Normal : Rung.Suspended, up ? Rung.Suspended : Rung.Normal, Start), Start.AddMinutes(minute));
            mails += Sent(Start.AddMinutes(minute)).Length;
        }
        // At most one when the period is over and the step up after it.
        Assert.InRange(mails, 10, 22);
    }

    [Fact]
    public void Who_is_told_of_a_reaction_is_told_of_its_end_and_strangers_are_not()
    {
        var policy = GuardPolicy.Default with
        {
            Mode = GuardMode.Enforce,
            Reports = ReportPolicy.Default with { FromRung = Rung.Suspended, Abuse = true, Admin = false, User = true },
        };
        var rules = Rules with { AbuseDesk = "abuse@example.net" };
        var end = ReportTargets.Of(Of(Info, 1, Rung.Suspended, Rung.Restricted, Start), policy, rules);
        Assert.Equal([ReportAudience.Admin, ReportAudience.Mailbox, ReportAudience.Machine], end.Select(target => target.Audience));
        Assert.Empty(ReportTargets.Of(Of(Info, 1, Rung.Restricted, Rung.Normal, Start), policy, rules));
    }

    [Fact]
    public void A_sites_own_reaction_is_told_to_admins_and_its_owner_and_to_programs()
    {
        var site = new SiteId("example.com");
        var effect = Of(Effect.SiteAsUser(site), 1, Rung.Normal, Rung.Suspended, Start) with { Site = site };
        var policy = GuardPolicy.Default with
        {
            Reports = ReportPolicy.Default with
            {
                Owner = true,
                OwnerAddress = "boss@example.com",
                User = true,
                UserAddress = "anna@home.example",
                Abuse = true,
            },
        };
        Assert.Equal(
            [(ReportAudience.Admin, "admin@example.net"), (ReportAudience.Owner, "boss@example.com"), (ReportAudience.Machine, "siem")],
            ReportTargets.Of(effect, policy, Rules).Select(target => (target.Audience, target.Recipient))
        );
        // A site of the same name as a domain of another is itself.
        var grouped = new PolicyBook(
            "1",
            GuardPolicy.Default,
            new Dictionary<SiteId, SitePolicies> { [site] = new SitePolicies(site, policy, FrozenDictionary<UserId, GuardPolicy>.Empty) }.ToFrozenDictionary(),
            new Dictionary<string, SiteId> { ["example.com"] = new SiteId("group") }.ToFrozenDictionary()
        );
        Assert.Equal((site, policy), (ReportTargets.SiteOf(effect, grouped), ReportTargets.PolicyOf(effect, grouped)));
    }

    [Fact]
    public void What_exceeds_the_hour_follows_as_one_digest()
    {
        for (var user = 0; user < 40; user++)
            Take(Of(new UserId($"{user}@example.com"), 1, Rung.Normal, Rung.Restricted, Start), Start);
        Assert.Equal(5, Sent(Start).Length);
        Assert.Empty(Sent(Start.AddMinutes(59)));
        var digest = Assert.Single(Sent(Start.AddHours(1)));
        Assert.True(digest.Digest);
        Assert.Equal(35, digest.Items.Length);
        // Later changes of an incident follow on the digest that told of it.
        Take(Of(new UserId("39@example.com"), 2, Rung.Restricted, Rung.Suspended, Start), Start.AddHours(1).AddMinutes(1));
        Assert.Equal(digest.Id, Assert.Single(Sent(Start.AddHours(1).AddMinutes(1))).Root);
    }

    [Fact]
    public void After_a_quiet_time_a_new_incident_begins_a_new_thread()
    {
        Take(Of(Info, 1, Rung.Normal, Rung.Restricted, Start), Start);
        var first = Assert.Single(Sent(Start));
        Take(Of(Info, 2, Rung.Normal, Rung.Restricted, Start), Start.AddHours(2));
        Assert.Equal(first.Id, Assert.Single(Sent(Start.AddHours(2))).Root);
        Take(Of(Info, 3, Rung.Normal, Rung.Restricted, Start), Start.AddDays(1));
        var next = Assert.Single(Sent(Start.AddDays(1)));
        Assert.Equal((next.Id, ""), (next.Root, next.Before));
    }

    [Fact]
    public void The_mailbox_of_a_locked_account_is_never_the_only_one_told()
    {
        var policy = GuardPolicy.Default with { Mode = GuardMode.Enforce, Reports = ReportPolicy.Default with { Admin = false, Webhook = false, User = true } };
        string[] Told(GuardPolicy told, Rung to) =>
            [.. ReportTargets.Of(Of(Info, 1, Rung.Normal, to, Start), told, Rules).Select(target => $"{target.Audience} {target.Recipient}")];
        Assert.Equal(["Mailbox info@example.com"], Told(policy, Rung.Reported));
        Assert.Equal(["Admin admin@example.net", "Mailbox info@example.com"], Told(policy, Rung.Suspended));
        var owned = policy with { Reports = policy.Reports with { OwnerAddress = "boss@example.com" } };
        Assert.Equal(["Owner boss@example.com", "Mailbox info@example.com"], Told(owned, Rung.Suspended));
        var elsewhere = policy with { Reports = policy.Reports with { UserAddress = "anna@home.example" } };
        Assert.Equal(["User anna@home.example"], Told(elsewhere, Rung.Suspended));
        // Only observed, the account is not locked.
        Assert.Equal(["Mailbox info@example.com"], Told(policy with { Mode = GuardMode.Observe }, Rung.Suspended));
    }

    [Fact]
    public void Milder_reactions_than_the_policy_asks_for_are_told_nobody_but_alarms_are()
    {
        var policy = GuardPolicy.Default with { Reports = ReportPolicy.Default with { FromRung = Rung.Suspended, Abuse = true } };
        var rules = Rules with { AbuseDesk = "abuse@example.net" };
        Assert.Empty(ReportTargets.Of(Of(Info, 1, Rung.Normal, Rung.Restricted, Start), policy, rules));
        Assert.Equal(
            [ReportChannel.Mail, ReportChannel.Webhook, ReportChannel.Abuse],
            ReportTargets.Of(Of(Info, 1, Rung.Restricted, Rung.Suspended, Start), policy, rules).Select(target => target.Channel)
        );
        Assert.Equal(
            [ReportChannel.Mail, ReportChannel.Webhook],
            ReportTargets.Of(Of(Info, 1, Rung.Normal, Rung.Normal, Start), policy, rules).Select(target => target.Channel)
        );
    }

    [Fact]
    public void The_outbox_is_bounded_and_says_what_it_dropped()
    {
        for (var id = 1; id <= ReportLedger.MaxWaiting + 10; id++)
            _ledger = _ledger.Apply(
                new ReportTaken(
                    Start,
                    Of(Info, id, Rung.Restricted, Rung.Restricted, Start),
                    1,
                    ReportTargets.Of(Of(Info, id, Rung.Restricted, Rung.Restricted, Start), OnlyMail, Rules)
                )
            );
        Assert.Equal((ReportLedger.MaxWaiting, 10), (_ledger.Waiting.Count, _ledger.Dropped));
        Assert.Equal(11, _ledger.Waiting[0].Effect.Id);
        Assert.Equal(32, _ledger.Taken[Info].Effects.Length);
        Assert.True(_ledger.Knows(Of(Info, ReportLedger.MaxWaiting + 10, Rung.Normal, Rung.Reported, Start)));
    }

    [Fact]
    public void Dead_letters_are_kept_seen_and_can_be_revived()
    {
        for (var user = 0; user < 300; user++)
            Take(
                Of(new UserId($"{user}@example.com"), 1, Rung.Normal, Rung.Restricted, Start),
                Start,
                GuardPolicy.Default with
                {
                    Reports = ReportPolicy.Default with { Admin = false },
                }
            );
        foreach (var one in ReportPlanner.Due(_ledger, Start, Rules))
            _ledger = _ledger.Apply(one).Apply(new DispatchDied(Start, one.Id, "410 Gone"));
        Assert.Equal(ReportLedger.MaxDead, _ledger.Open.Count);
        Assert.All(_ledger.Open.Values, dispatch => Assert.Equal("410 Gone", dispatch.Dead));
        var id = _ledger.Open.Keys.First();
        _ledger = _ledger.Apply(new DispatchRevived(Start.AddDays(1), id));
        Assert.Equal(("", Start.AddDays(1)), (_ledger.Open[id].Dead, _ledger.Open[id].At));
    }
}
