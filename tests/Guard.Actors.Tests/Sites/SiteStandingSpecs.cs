using CsCheck;
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
        Account Sends(TimeSpan after) => new Account(siteRung: Rung.Reported, siteUntil: day).KnownFor(40).Send(day + after, "BR");
        Assert.Contains(Sends(TimeSpan.FromMinutes(-1)).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
        Assert.DoesNotContain(Sends(TimeSpan.Zero).State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SiteSendsStrange);
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
    public void What_an_account_is_told_of_its_sites_end_crosses_nodes()
    {
        var until = At.ToUnixTimeMilliseconds();
        var (site, user, policy) = (new SiteId("example.com"), new UserId("info@example.com"), Account.Example);
        var granted = new LeaseGranted(site, user, "r", "", At, "v", policy, policy, Rung.Suspended, []) { SiteUntil = until };
        var changed = new LeaseChanged(site, user, "v", policy, policy, Rung.Suspended) { SiteUntil = until };
        Assert.Equal(until, LeaseWire.Read(LeaseWire.Write(granted)).SiteUntil);
        Assert.Equal(until, LeaseWire.ReadChanged(LeaseWire.Write(changed)).SiteUntil);
    }
}
