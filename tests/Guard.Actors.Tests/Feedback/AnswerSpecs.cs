using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Feedback;

/// <summary>"That was me" and "that was not me".</summary>
public sealed class AnswerSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(60);

    private static Account Suspicious() => new Account().KnownFor(60).Login(Later, "FR").Login(Later.AddMinutes(10), "JP").Login(Later.AddMinutes(20), "KE");

    [Fact]
    public void Absolved_the_same_places_are_usual_from_then_on()
    {
        var account = Suspicious();
        Assert.True(account.Last.Score > 10, $"{account.Last.Score}");
        Assert.NotEqual(Rung.Normal, account.Rung);
        account.Told(UserAdministration.Absolve(account.State, Later.AddMinutes(30)));
        Assert.Equal(Rung.Normal, account.Rung);
        foreach (var country in new[] { "FR", "JP", "KE" })
        {
            account.Login(Later.AddDays(1), country);
            Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code is ReasonCodes.NewCountry or ReasonCodes.NewNetwork or ReasonCodes.ManyCountries);
            Assert.True(account.Last.Score < 3, $"{country}: {account.Last.Score}");
        }
        Assert.Equal(Rung.Normal, account.Rung);
    }

    [Fact]
    public void Released_nothing_is_learnt()
    {
        var account = Suspicious();
        account.Told(UserAdministration.Release(account.State, Later.AddMinutes(30)));
        Assert.Contains(account.Login(Later.AddMinutes(40), "KE").Last.Reasons, reason => reason.Code == ReasonCodes.NewCountry);
    }

    [Fact]
    public void A_report_is_answered_once_and_earlier_ones_not_any_more()
    {
        var account = Suspicious();
        var policy = ReactionPolicy.Default;
        var answer = new AnswerReport(account.State.User, Later.AddHours(1), 2, WasOwner: true);
        Assert.True(account.State.NextEffect > 2);
        account.Told(UserAdministration.Answer(account.State, answer, policy)!.Value);
        Assert.Equal((Rung.Normal, 2), (account.Rung, account.State.Answered));
        Assert.Null(UserAdministration.Answer(account.State, answer, policy));
        Assert.Null(UserAdministration.Answer(account.State, answer with { WasOwner = false }, policy));
        Assert.Null(UserAdministration.Answer(account.State, answer with { Effect = 1 }, policy));
        Assert.Null(UserAdministration.Answer(account.State, answer with { Effect = account.State.NextEffect }, policy));
    }

    [Fact]
    public void That_was_not_me_suspends_the_account()
    {
        var account = Suspicious();
        account.Told(
            UserAdministration.Answer(account.State, new AnswerReport(account.State.User, Later.AddHours(1), 1, false), ReactionPolicy.Default)!.Value
        );
        Assert.Equal(Rung.Suspended, account.Rung);
    }
}
