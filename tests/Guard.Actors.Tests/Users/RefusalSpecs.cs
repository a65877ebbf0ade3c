using CsCheck;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What is said to whoever is refused: the first reason is why, and a deferral knows until when.</summary>
public sealed class RefusalSpecs
{
    private static readonly DateTimeOffset At = Account.Start;

    private static GuardPolicy Under(int recipients) => Account.RulesOnly with { Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, recipients)] };

    [Fact]
    public void What_an_account_was_locked_for_is_the_reason_of_its_refusals_and_not_that_it_is_locked()
    {
        var account = new Account(Under(5) with { Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Suspended } });
        account.Send(At, "GB", recipients: 6);
        Assert.Equal(Rung.Suspended, account.Rung);
        var refused = account.Send(At.AddMinutes(1), "GB").Last;
        Assert.Equal(Verdict.Reject, refused.WouldBe);
        Assert.Equal(ReasonCodes.QuotaExceeded, refused.Reasons[0].Code);
        Assert.Contains(refused.Reasons, reason => reason.Code == ReasonCodes.AccountLocked);
        Assert.DoesNotContain(
            account.Events.OfType<ReactionChanged>().SelectMany(change => change.Reasons),
            reason => reason.Code == ReasonCodes.AccountLocked
        );
    }

    [Fact]
    public void A_confirmed_attacker_is_told_so_and_not_a_quota()
    {
        var account = new Account(Under(5));
        account.Told(UserAdministration.Confirm(account.State, At, Account.RulesOnly.Reactions));
        Assert.Equal(ReasonCodes.Confirmed, account.Send(At.AddMinutes(1), "GB", recipients: 6).Last.Reasons[0].Code);
    }

    [Fact]
    public void Who_is_confirmed_while_already_locked_or_only_restricted_is_told_so_as_well()
    {
        var locked = new Account(Under(5) with { Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Suspended } });
        locked.Send(At, "GB", recipients: 6);
        locked.Told(UserAdministration.Confirm(locked.State, At.AddMinutes(1), Account.RulesOnly.Reactions));
        Assert.Equal(ReasonCodes.Confirmed, locked.Send(At.AddMinutes(2), "GB").Last.Reasons[0].Code);

        var capped = Under(50) with { Reactions = Account.RulesOnly.Reactions with { Highest = Rung.Restricted } };
        var restricted = new Account(capped);
        restricted.Told(UserAdministration.Confirm(restricted.State, At, capped.Reactions));
        Assert.Equal(Rung.Restricted, restricted.Rung);
        Assert.Equal(ReasonCodes.Confirmed, restricted.Send(At.AddMinutes(2), "GB", recipients: 6).Last.Reasons[0].Code);
    }

    [Fact]
    public void A_share_of_a_quota_says_of_what_it_is_one()
    {
        var account = new Account(Under(50));
        account.Send(At, "GB", recipients: 51);
        Assert.Equal(Rung.Restricted, account.Rung);
        var reason = account.Send(At.AddMinutes(1), "GB", recipients: 6).Last.Reasons[0];
        Assert.Equal("6 would exceed the quota of 5 recipients per 1d (10 % of 50 while restricted)", ReasonText.Of(reason));
        // So do explain, inspect and the console.
        var shown = UserDescription.Of(account.State, new SiteId("example.com"), Under(50), Rung.Normal, At.AddMinutes(1)).Quotas[0];
        Assert.Equal((5, "5 recipients per 1d (10 % of 50 while restricted)"), (shown.Limit, shown.Quota));
    }

    [Fact]
    public void A_deferred_message_goes_when_it_was_told_to_and_not_a_second_earlier() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 12], Gen.Int[1, 20], Gen.Int[1, 60 * 60 * 20])
            .Sample(
                (sent, wanted, apart) =>
                {
                    var account = new Account(Under(20) with { Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal } });
                    var at = At;
                    foreach (var recipients in sent)
                    {
                        at = at.AddSeconds(apart);
                        account.Send(at, "GB", recipients);
                    }
                    Submission Mail(DateTimeOffset when) => new(account.State.User, when, Account.In("GB"), ObservationOrigin.None, wanted, 1000, "last");
                    var verdict = account.Would(Mail(at));
                    if (verdict.WouldBe != Verdict.Defer)
                        return;
                    var room = DateTimeOffset.FromUnixTimeMilliseconds(verdict.Retry);
                    Assert.InRange(room - at, TimeSpan.FromSeconds(1), TimeSpan.FromDays(2));
                    Assert.Equal(Verdict.Allow, account.Would(Mail(room)).WouldBe);
                    Assert.Equal(Verdict.Defer, account.Would(Mail(room.AddSeconds(-2))).WouldBe);
                }
            );

    [Fact]
    public void What_never_fits_is_given_no_time()
    {
        var account = new Account(Under(5));
        Assert.Equal(0, account.Would(new Submission(account.State.User, At, Account.In("GB"), ObservationOrigin.None, 6, 1000, "Q")).Retry);
    }
}
