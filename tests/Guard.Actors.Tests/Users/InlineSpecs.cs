using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What is told both by a waiting server and by a log counts once, and what did not come about counts nothing.</summary>
public sealed class InlineSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly ObservationOrigin Log = new("/var/log/mail.log", 1000);

    private static Login Login(
        DateTimeOffset at,
        ObservationOrigin origin,
        LoginOutcome outcome = LoginOutcome.Succeeded,
        Service service = Service.Imap,
        int host = 9
    ) => new(new("info@example.com"), at, Account.In("GB", 1, host), origin, service, outcome);

    private static Account Reported() => new Account(Account.RulesOnly).Take(Login(At, ObservationOrigin.None));

    [Fact]
    public void A_login_that_was_reported_and_then_logged_counts_once()
    {
        var account = Reported().Take(Login(At.AddSeconds(2), Log));
        Assert.Equal(1, account.State.Totals.Logins);
        Assert.True(account.State.HasTaken(Guard.Actors.Behaviour.StableHash.Of(Log.Source), Log.Position));
    }

    [Theory]
    [InlineData(120, Service.Imap, LoginOutcome.Succeeded, 9)]
    [InlineData(-60, Service.Imap, LoginOutcome.Succeeded, 9)]
    [InlineData(2, Service.Pop3, LoginOutcome.Succeeded, 9)]
    [InlineData(2, Service.Imap, LoginOutcome.WrongPassword, 9)]
    [InlineData(2, Service.Imap, LoginOutcome.Succeeded, 10)]
    public void Another_time_service_outcome_or_address_is_another_login(int seconds, Service service, LoginOutcome outcome, int host)
    {
        var account = Reported().Take(Login(At.AddSeconds(seconds), Log, outcome, service, host));
        Assert.Equal(2, account.State.Totals.Logins + account.State.Totals.Failures);
    }

    [Fact]
    public void Guessing_from_everywhere_leaves_a_bounded_memory()
    {
        var account = Reported();
        for (var host = 0; host < 200; host++)
            account.Take(Login(At.AddSeconds(host), ObservationOrigin.None, LoginOutcome.WrongPassword, host: host));
        Assert.Equal(InlineLogins.Most, account.State.InlineLogins.Length);
    }

    [Fact]
    public void What_a_broken_off_message_had_reserved_can_be_used_again()
    {
        var account = new Account(Account.RulesOnly).Send(At, "GB", 500);
        Assert.Equal(Verdict.Allow, account.Last.WouldBe);
        Assert.Equal(Verdict.Defer, account.Send(At.AddMinutes(1), "GB").Last.WouldBe);
        var terms = UserTerms.Of(Account.RulesOnly, Account.RulesOnly, Guard.Messages.Policies.Rung.Normal);
        var back = new UserCommands.GiveBack(
            account.State.User,
            At.AddMinutes(2),
            new Submission(account.State.User, At, Account.In("GB"), ObservationOrigin.None, 3, 0, "", true)
        );
        var state = account.State;
        foreach (var change in Reservations.Return(state, back, terms))
            state = UserEvolution.Apply(state, change);
        Assert.Equal(497, state.Used("recipients/1d", At.AddMinutes(3).ToUnixTimeSeconds()));
        Assert.Equal(account.State.Totals.Recipients - 3, state.Totals.Recipients);
        Assert.Equal(account.State.Totals.Submissions, state.Totals.Submissions);
    }

    private static Submission Mail(DateTimeOffset at, string queueId, ObservationOrigin origin, int recipients = 1, bool further = false) =>
        new(new("info@example.com"), at, Account.In("GB"), origin, recipients, 1000, queueId, further);

    [Fact]
    public void A_question_that_is_decided_after_its_log_was_read_counts_nothing_and_says_so()
    {
        var account = new Account(Account.RulesOnly).Take(Mail(At, "", ObservationOrigin.None));
        account.Take(Mail(At.AddSeconds(3), "4ABC8B20217", Log, 2));
        account.Take(Mail(At.AddSeconds(4), "4ABC8B20217", ObservationOrigin.None, 1, further: true));
        Assert.Equal((true, Verdict.Allow), (account.Last.CountedBefore, account.Last.WouldBe));
        // What it had reserved before is the server's to give back: then the message counts once, with what the log told.
        Assert.Equal(3, account.State.Used("recipients/1d", At.AddSeconds(5).ToUnixTimeSeconds()));
        // Another message is another one, also of an account that nobody asks about.
        Assert.False(account.Take(Mail(At.AddSeconds(5), "5ABC8B20217", ObservationOrigin.None)).Last.CountedBefore);
        var logged = new Account(Account.RulesOnly).Take(Mail(At, "4ABC8B20217", Log));
        Assert.Empty(logged.State.LoggedMessages);
        Assert.Empty(account.Take(Mail(At.AddHours(1), "6ABC8B20217", Log with { Position = 2000 })).State.LoggedMessages);
    }

    [Fact]
    public void What_was_sent_beyond_the_limit_frees_nothing_when_its_question_comes_late()
    {
        var account = new Account(Account.RulesOnly).Take(Mail(At, "", ObservationOrigin.None, 500));
        account.Take(Mail(At.AddSeconds(3), "4ABC8B20217", Log));
        Assert.True(account.Refused);
        Assert.False(account.Take(Mail(At.AddSeconds(4), "4ABC8B20217", ObservationOrigin.None, 0, further: true)).Last.CountedBefore);
    }

    [Fact]
    public void Giving_back_more_than_was_used_frees_no_more_than_was_used()
    {
        var account = new Account(Account.RulesOnly).Send(At, "GB", 5);
        var state = Reservations.Apply(
            account.State,
            new ReservationReturned(At, new Submission(account.State.User, At, Account.In("GB"), ObservationOrigin.None, 50, 0, ""), Judgement.None)
        );
        Assert.Equal(0, state.Used("recipients/1d", At.ToUnixTimeSeconds()));
        Assert.Equal(0, state.Totals.Recipients);
    }
}
