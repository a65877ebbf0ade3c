using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>A locked account that is used all the same is an alarm.</summary>
public sealed class LockHoldSpecs
{
    private static readonly DateTimeOffset At = Account.Start.AddDays(61);
    private static readonly GuardPolicy Enforcing = Account.RulesOnly with { Mode = GuardMode.Enforce };

    private static AlarmRaised? Use(TimeSpan after, string source = "/var/log/mail.log", TimeSpan late = default, GuardPolicy? policy = null, bool owed = false)
    {
        var account = new Account(Enforcing).KnownFor(60);
        account.Told(UserAdministration.Lock(account.State, At, At.AddHours(2), ReactionPolicy.Default));
        var state = owed ? account.State : account.State with { Owed = [] };
        var login = new Login(state.User, At + after, Account.In("GB"), new ObservationOrigin(source, 1), Service.Imap, LoginOutcome.Succeeded);
        var verdict = UserDecider.Decide(state, login, UserTerms.Of(Enforcing, Enforcing, Rung.Normal));
        return LockHold.Broken(state, login, verdict, policy ?? Enforcing, At + after + late);
    }

    [Fact]
    public void A_locked_account_that_logs_in_by_the_servers_own_log_raises_an_alarm_that_says_by_what()
    {
        var alarm = Use(TimeSpan.FromMinutes(5));
        Assert.Equal((ReasonCodes.LockNotHeld, 5, "a login to imap"), (alarm!.Reasons[0].Code, alarm.Reasons[0].Value, alarm.Reasons[0].Subject));
    }

    [Fact]
    public void What_was_under_way_or_is_read_late_or_asked_inline_raises_none()
    {
        Assert.Null(Use(TimeSpan.FromSeconds(20)));
        Assert.Null(Use(TimeSpan.FromMinutes(5), late: TimeSpan.FromMinutes(10)));
        Assert.Null(Use(TimeSpan.FromMinutes(5), source: ""));
        Assert.Null(Use(TimeSpan.FromMinutes(5), owed: true));
        Assert.Null(Use(TimeSpan.FromMinutes(5), policy: Enforcing with { Mode = GuardMode.Observe }));
    }
}
