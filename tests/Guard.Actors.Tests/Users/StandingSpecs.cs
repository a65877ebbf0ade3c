using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>How an account's rung rises, lasts and ends.</summary>
public sealed class StandingSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static GuardPolicy OnQuota(Rung rung, LockGrade grade = LockGrade.Everything) =>
        Account.RulesOnly with
        {
            Quotas = [new Quota(Day, QuotaUnit.Recipients, 5)],
            Reactions = Account.RulesOnly.Reactions with { OnQuota = rung, Lock = grade, RestrictTo = 1 },
        };

    private static List<ReactionChanged> Changes(Account account) => [.. account.Events.OfType<ReactionChanged>()];

    [Fact]
    public void A_block_ends_in_probation_and_probation_in_nothing()
    {
        var account = new Account(OnQuota(Rung.Blocked)).Send(At, "GB", recipients: 6);
        var policy = OnQuota(Rung.Blocked).Reactions;
        account.Told([.. UserDecider.Expire(account.State, At.AddDays(30).ToUnixTimeMilliseconds(), policy)]);
        var (up, down, end) = (Changes(account)[0], Changes(account)[1], Changes(account)[2]);
        Assert.Equal((Rung.Blocked, At + policy.BlockFor), (up.To, up.Until));
        Assert.Equal((Rung.Restricted, At + policy.BlockFor, At + policy.BlockFor + policy.RestrictFor), (down.To, down.At, down.Until));
        Assert.Equal((Rung.Normal, At + policy.BlockFor + policy.RestrictFor, null), (end.To, end.At, end.Until));
        Assert.All([down, end], change => Assert.Equal(("", ReasonCodes.TimeIsUp), (change.Country, Assert.Single(change.Reasons).Code)));
    }

    [Fact]
    public void Nothing_ends_before_its_time()
    {
        var account = new Account(OnQuota(Rung.Restricted)).Send(At, "GB", recipients: 6);
        var until = At + ReactionPolicy.Default.RestrictFor;
        Assert.Empty(UserDecider.Expire(account.State, until.ToUnixTimeMilliseconds() - 1, OnQuota(Rung.Restricted).Reactions));
        Assert.Single(UserDecider.Expire(account.State, until.ToUnixTimeMilliseconds(), OnQuota(Rung.Restricted).Reactions));
    }

    [Theory]
    [InlineData(Rung.Reported)]
    [InlineData(Rung.Restricted)]
    public void The_same_again_prolongs_a_milder_rung_once_it_is_worth_it(Rung rung)
    {
        var account = new Account(OnQuota(rung)).Send(At, "GB", recipients: 6).Send(At.AddHours(1), "GB", recipients: 6);
        Assert.Empty(account.Events.OfType<ReactionProlonged>());
        account.Send(At.AddHours(3), "GB", recipients: 6);
        Assert.Equal(At.AddHours(3) + Day, Assert.Single(account.Events.OfType<ReactionProlonged>()).Until);
        Assert.Single(Changes(account));
    }

    [Theory]
    [InlineData(Rung.Suspended)]
    [InlineData(Rung.Blocked)]
    public void A_lock_ends_when_it_was_said_to_end(Rung rung)
    {
        var policy = OnQuota(rung) with { Reactions = OnQuota(rung).Reactions with { SuspendFor = Day } };
        var account = new Account(policy).Send(At, "GB", recipients: 6).Send(At.AddHours(20), "GB", recipients: 6);
        Assert.Empty(account.Events.OfType<ReactionProlonged>());
        Assert.Equal(At + Day, Assert.Single(Changes(account)).Until);
    }

    [Theory]
    [InlineData(Rung.Restricted, LockGrade.Strange, LockGrade.Everything)]
    [InlineData(Rung.Suspended, LockGrade.Strange, LockGrade.Strange)]
    [InlineData(Rung.Blocked, LockGrade.Sending, LockGrade.Sending)]
    public void Only_a_lock_has_a_grade(Rung rung, LockGrade grade, LockGrade told)
    {
        var change = Assert.Single(Changes(new Account(OnQuota(rung, grade)).Send(At, "GB", recipients: 6)));
        Assert.Equal(told, change.Grade);
    }

    [Fact]
    public void A_rung_is_told_with_where_it_was_deserved()
    {
        var change = Assert.Single(Changes(new Account(OnQuota(Rung.Restricted)).Send(At, "RO", recipients: 6, network: 7)));
        Assert.Equal((Account.In("RO", 7).Address, "RO"), (change.Address, change.Country));
    }

    [Fact]
    public void A_milder_trigger_changes_nothing()
    {
        var account = new Account(OnQuota(Rung.Reported)).Told([new ReactionChanged(At, Rung.Normal, Rung.Restricted, At + Day, 0, default, "", [])]);
        account.Send(At.AddHours(12), "GB", recipients: 6);
        Assert.Empty(account.Events.OfType<ReactionProlonged>());
        Assert.Equal(Rung.Restricted, account.Rung);
    }
}
