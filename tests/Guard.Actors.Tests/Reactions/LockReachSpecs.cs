using Guard.Actors.Reactions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Reactions;

/// <summary>What a lock of each grade takes away, and which grade is in force where several locks meet.</summary>
public sealed class LockReachSpecs
{
    private static readonly UserId User = new("info@example.com");

    private static readonly Observation Mail = new Submission(User, Account.Start, Account.In("GB"), ObservationOrigin.None, 1, 1000, "Q");

    private static readonly ReactionPolicy Policy = ReactionPolicy.Default with { Lock = LockGrade.Strange };

    private static Login To(Service service) => new(User, Account.Start, Account.In("GB"), ObservationOrigin.None, service, LoginOutcome.Succeeded);

    private static ReactionState At(Rung rung, LockGrade grade) => ReactionState.Normal with { Rung = rung, Grade = grade };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lock_of_sending_refuses_mail_and_logins_to_SMTP_from_anywhere_and_nothing_else(bool strange)
    {
        Assert.True(LockReach.Refuses(LockGrade.Sending, Mail, strange));
        foreach (var service in Enum.GetValues<Service>())
            Assert.Equal(service == Service.Smtp, LockReach.Refuses(LockGrade.Sending, To(service), strange));
    }

    [Theory]
    [InlineData(LockGrade.Strange, true, true)]
    [InlineData(LockGrade.Strange, false, false)]
    [InlineData(LockGrade.Everything, true, true)]
    [InlineData(LockGrade.Everything, false, true)]
    public void The_other_grades_ask_from_where_and_not_what_for(LockGrade grade, bool strange, bool refused)
    {
        foreach (var use in Enum.GetValues<Service>().Select(To).Append(Mail))
            Assert.Equal(refused, LockReach.Refuses(grade, use, strange));
    }

    [Theory]
    [InlineData(Rung.Suspended)]
    [InlineData(Rung.Blocked)]
    public void The_accounts_own_lock_has_its_own_grade_until_the_whole_site_is_locked_too(Rung rung)
    {
        foreach (var site in new[] { Rung.Normal, Rung.Reported, Rung.Restricted })
            Assert.Equal(LockGrade.Sending, LockReach.Of(At(rung, LockGrade.Sending), site, Policy));
        foreach (var site in new[] { Rung.Suspended, Rung.Blocked })
        {
            Assert.Equal(LockGrade.Everything, LockReach.Of(At(rung, LockGrade.Sending), site, Policy));
            Assert.Equal(LockGrade.Strange, LockReach.Of(At(rung, LockGrade.Strange), site, Policy));
        }
    }

    [Theory]
    [InlineData(Rung.Normal)]
    [InlineData(Rung.Reported)]
    [InlineData(Rung.Restricted)]
    public void A_locked_site_locks_an_account_that_is_not_locked_itself_by_its_policys_grade(Rung rung)
    {
        Assert.Equal(LockGrade.Strange, LockReach.Of(At(rung, LockGrade.Everything), Rung.Suspended, Policy));
        Assert.Equal(LockGrade.Strange, LockReach.Of(At(rung, LockGrade.Everything), Rung.Blocked, Policy));
    }

    [Fact]
    public void A_trigger_locks_by_the_policys_grade_and_loosens_no_lock_that_stands()
    {
        Assert.Equal(LockGrade.Strange, LockReach.Next(At(Rung.Restricted, LockGrade.Everything), Policy));
        foreach (var rung in new[] { Rung.Suspended, Rung.Blocked })
        {
            Assert.Equal(LockGrade.Everything, LockReach.Next(At(rung, LockGrade.Everything), Policy));
            Assert.Equal(LockGrade.Everything, LockReach.Next(At(rung, LockGrade.Sending), Policy));
            Assert.Equal(LockGrade.Strange, LockReach.Next(At(rung, LockGrade.Strange), Policy));
        }
    }
}
