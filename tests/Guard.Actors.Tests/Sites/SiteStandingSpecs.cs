using CsCheck;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>A site's rung ends for its accounts when it is over, not when they hear of it.</summary>
public sealed class SiteStandingSpecs
{
    private static readonly DateTimeOffset At = Account.Start;

    private static readonly Gen<ReactionPolicy> Policies = Gen.Select(
        Gen.Int[1, 90],
        Gen.Int[1, 90],
        Gen.Int[1, 90],
        Gen.Int[1, 90],
        (reported, restricted, suspended, blocked) =>
            ReactionPolicy.Default with
            {
                ReportFor = TimeSpan.FromMinutes(reported),
                RestrictFor = TimeSpan.FromMinutes(restricted),
                SuspendFor = TimeSpan.FromMinutes(suspended),
                BlockFor = TimeSpan.FromMinutes(blocked),
            }
    );

    [Fact]
    public void A_site_that_was_suspended_refuses_nobody_once_its_time_is_up()
    {
        var until = At.AddMinutes(30);
        var account = new Account(siteRung: Rung.Suspended, siteUntil: until);
        Assert.Equal(Verdict.Reject, account.Send(until.AddMilliseconds(-1), "GB").Last.WouldBe);
        Assert.Equal(Verdict.Allow, account.Send(until, "GB").Last.WouldBe);
    }

    [Fact]
    public void A_first_strange_mail_after_the_sites_hour_is_judged_by_itself()
    {
        var day = At.AddDays(40);
        Account Sends(TimeSpan after) => new Account(siteRung: Rung.Reported, siteSince: day.AddHours(-1), siteUntil: day).KnownFor(40).Send(day + after, "BR");
        Assert.Contains(Sends(TimeSpan.FromMinutes(-1)).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
        Assert.DoesNotContain(Sends(TimeSpan.Zero).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
    }

    [Fact]
    public void A_strange_mail_from_before_the_sites_hour_is_judged_by_itself_when_it_is_read_later()
    {
        var day = At.AddDays(40);
        Account Sends(DateTimeOffset since) => new Account(siteRung: Rung.Reported, siteSince: since, siteUntil: day.AddHours(2)).KnownFor(40).Send(day, "BR");
        Assert.DoesNotContain(Sends(day.AddMilliseconds(1)).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
        Assert.Contains(Sends(day).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
    }

    [Fact]
    public void A_rung_without_an_end_stands() => Assert.Equal(Rung.Blocked, new SiteStanding(Rung.Blocked, 0, ReactionPolicy.Default).At(long.MaxValue));

    [Fact]
    public void An_account_expects_of_its_site_what_the_site_itself_will_say() =>
        Gen.Select(Policies, Gen.Enum<Rung>(), Gen.Int[0, 400])
            .Sample(
                (policy, rung, minutes) =>
                {
                    var until = rung == Rung.Normal ? 0 : At.ToUnixTimeMilliseconds();
                    var at = At.AddMinutes(minutes - 50).ToUnixTimeMilliseconds();
                    var site = new SiteState(new SiteId("example.com")) { Reaction = new ReactionState(rung, 0, until, 0, []) };
                    var said = SiteDecider.Expire(site, at, policy).Select(change => change.To).LastOrDefault(rung);
                    Assert.Equal(said, new SiteStanding(rung, until, policy).At(at));
                }
            );

    [Fact]
    public void What_an_account_is_told_of_its_sites_hour_crosses_nodes()
    {
        var (until, since) = (At.ToUnixTimeMilliseconds(), At.AddHours(-1).ToUnixTimeMilliseconds());
        var (site, user, policy) = (new SiteId("example.com"), new UserId("info@example.com"), Account.Example);
        var granted = new LeaseGranted(site, user, "r", "", At, "v", policy, policy, Rung.Suspended, []) { SiteUntil = until, SiteSince = since };
        var changed = new LeaseChanged(site, user, "v", policy, policy, Rung.Suspended) { SiteUntil = until, SiteSince = since };
        var (read, told) = (LeaseWire.Read(LeaseWire.Write(granted)), LeaseWire.ReadChanged(LeaseWire.Write(changed)));
        Assert.Equal((since, until, since, until), (read.SiteSince, read.SiteUntil, told.SiteSince, told.SiteUntil));
    }

    /// <summary>Three accounts that were restricted, each so many minutes after the start, as the site hears of them.</summary>
    private static (SiteState State, SiteReactionChanged? Changed) Noted(params int[] minutes)
    {
        var (state, policy) = (new SiteState(new SiteId("example.com")), PolicyCompiler.Compile(GuardPolicy.Default));
        SiteReactionChanged? changed = null;
        for (var i = 0; i < minutes.Length; i++)
        {
            var note = new SiteCommands.NoteReaction(state.Site, new UserId($"user{i}@example.com"), 1, At.AddMinutes(minutes[i]), Rung.Suspended);
            foreach (var change in SiteDecider.Note(state, note, policy))
            {
                state = SiteEvolution.Apply(state, change);
                changed = change as SiteReactionChanged ?? changed;
            }
        }
        return (state, changed);
    }

    [Fact]
    public void Days_of_a_log_that_are_read_within_a_second_are_not_together_in_whatever_order_accounts_tell_of_them()
    {
        const int day = 24 * 60;
        Assert.Null(Noted(0, day, 2 * day).Changed);
        Assert.Null(Noted(2 * day, day, 0).Changed);
        Assert.Null(Noted(2 * day, 0, day, 5 * day, 3 * day).Changed);
    }

    [Fact]
    public void What_was_within_an_hour_is_together_in_whatever_order_accounts_tell_of_it()
    {
        foreach (var order in new int[][] { [0, 10, 20], [20, 10, 0], [10, 20, 0], [20, 0, 10] })
        {
            var changed = Assert.IsType<SiteReactionChanged>(Noted(order).Changed);
            Assert.Equal((At.AddMinutes(20), 3L), (changed.At, (long)changed.Reasons[0].Value));
        }
        Assert.Null(Noted(0, 61, 122).Changed);
        Assert.Null(Noted(61, 0, 122).Changed);
    }
}
