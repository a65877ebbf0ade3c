using Guard.Actors.Reactions;
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

    private static readonly Reason Unread = new(ReasonCodes.DenyFileUnread, 0, 0, 0, "/etc/dovecot/deny");

    private static AlarmRaised? Use(
        TimeSpan after,
        string source = "/var/log/mail.log",
        TimeSpan late = default,
        GuardPolicy? policy = null,
        bool owed = false,
        bool delivery = false,
        params Reason[] gaps
    )
    {
        var state = Locked() is var locked && owed ? locked : locked with { Owed = [] };
        var origin = new ObservationOrigin(source, 1);
        Observation use = delivery
            ? new Delivery(state.User, At + after, origin, DeliveryOutcome.Delivered, 1)
            : new Login(state.User, At + after, Account.In("GB"), origin, Service.Imap, LoginOutcome.Succeeded);
        var verdict = UserDecider.Decide(state, use, UserTerms.Of(Enforcing, Enforcing, Rung.Normal));
        return LockHold.Broken(state, use, verdict, policy ?? Enforcing, At + after + late, _ => [.. gaps]);
    }

    private static UserState Locked()
    {
        var account = new Account(Enforcing).KnownFor(60);
        account.Told(UserAdministration.Lock(account.State, At, At.AddHours(2), ReactionPolicy.Default));
        return account.State;
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

    [Fact]
    public void What_is_missing_is_said_behind_it()
    {
        var alarm = Use(TimeSpan.FromMinutes(5), gaps: Unread);
        Assert.Equal([ReasonCodes.LockNotHeld, ReasonCodes.DenyFileUnread], alarm!.Reasons.Select(reason => reason.Code));
        Assert.Equal("Dovecot does not read the deny file /etc/dovecot/deny", ReasonText.Of(alarm.Reasons[1]));
    }

    [Fact]
    public void A_delivery_of_a_locked_account_raises_one_where_no_queue_is_held()
    {
        var queue = new Reason(ReasonCodes.QueueNotHeld, 0, 0);
        Assert.Equal(LockHold.Delivered, Use(TimeSpan.FromMinutes(5), delivery: true, gaps: queue)!.Reasons[0].Subject);
        // Where it is held, an administrator has sent what leaves.
        Assert.Null(Use(TimeSpan.FromMinutes(5), delivery: true));
    }

    [Fact]
    public void Alarms_of_a_quota_a_lock_and_a_block_do_not_silence_each_other()
    {
        var policy = Enforcing with { Quotas = [new Quota(TimeSpan.FromHours(1), QuotaUnit.Recipients, 5, Alarm: true)] };
        var account = new Account(policy);
        account.Send(At, "GB", 6);
        Assert.Single(account.Events.OfType<AlarmRaised>());
        account.Told(UserAdministration.Lock(account.State, At, At.AddHours(2), ReactionPolicy.Default));
        var state = account.State with { Owed = [] };
        var login = new Login(
            state.User,
            At.AddMinutes(5),
            Account.In("GB"),
            new ObservationOrigin("/var/log/mail.log", 1),
            Service.Imap,
            LoginOutcome.Succeeded
        );
        var note = new UserCommands.NoteUnheldBlock(state.User, At.AddMinutes(5), Account.In("RO").Address, [new Reason(ReasonCodes.BlockNotHeld, 9, 0)]);
        AlarmRaised? Lock(DateTimeOffset at) =>
            LockHold.Broken(
                state,
                login with
                {
                    At = at,
                },
                UserDecider.Decide(state, login with { At = at }, UserTerms.Of(policy, policy, Rung.Normal)),
                policy,
                at,
                _ => []
            );
        state = UserEvolution.Apply(state, Lock(At.AddMinutes(5))!) with { Owed = [] };
        state = UserEvolution.Apply(state, LockHold.Unheld(state, note)!) with { Owed = [] };
        // Each of them once an hour.
        Assert.Null(Lock(At.AddMinutes(50)));
        Assert.Null(LockHold.Unheld(state, note with { At = At.AddMinutes(50) }));
        Assert.NotNull(Lock(At.AddMinutes(70)));
        var more = new Submission(state.User, At.AddMinutes(61), Account.In("GB"), ObservationOrigin.None, 6, 1, "");
        Assert.Single(UserDecider.Decide(state, more, UserTerms.Of(policy, policy, Rung.Normal)).Events.OfType<AlarmRaised>());
        Assert.Empty(UserDecider.Decide(state, more with { At = At.AddMinutes(59) }, UserTerms.Of(policy, policy, Rung.Normal)).Events.OfType<AlarmRaised>());
    }

    [Fact]
    public void A_blocked_address_that_connects_raises_one_an_hour_at_its_account_and_none_at_a_name_that_is_no_account()
    {
        var thief = Account.In("RO").Address;
        var note = new UserCommands.NoteUnheldBlock(Locked().User, At.AddMinutes(9), thief, [new Reason(ReasonCodes.BlockNotHeld, 9, 0, 0, "x")]);
        var alarm = LockHold.Unheld(Locked(), note);
        Assert.Equal((thief, ReasonCodes.BlockNotHeld), (alarm!.Address, alarm.Reasons[0].Code));
        var told = UserEvolution.Apply(Locked(), alarm);
        Assert.Null(LockHold.Unheld(told, note with { At = At.AddMinutes(50) }));
        Assert.NotNull(LockHold.Unheld(told, note with { At = At.AddMinutes(70) }));
        Assert.Null(LockHold.Unheld(new UserState(note.User), note));
    }
}
