using Guard.Actors.Users;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>An account whose time ran ahead comes back by itself.</summary>
public sealed class UserTimeSpecs
{
    private static readonly DateTimeOffset Day60 = Account.Start.AddDays(60);

    [Fact]
    public void A_stored_time_of_the_year_2035_is_set_back_and_the_owner_is_still_known()
    {
        var account = new Account().KnownFor(60).Login(new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero), "GB");
        var back = UserTime.Check(account.State, Day60);
        Assert.NotNull(back);
        account.Told([back]);
        Assert.Equal(Day60.ToUnixTimeMilliseconds(), account.State.LastSeen);
        account.Events.Clear();
        account.Login(Day60.AddHours(1), "GB").Send(Day60.AddHours(2), "GB");
        Assert.Empty(account.Events.OfType<ReactionChanged>());
        Assert.Equal(Day60.AddHours(2).ToUnixTimeMilliseconds(), account.State.LastSeen);
    }

    [Fact]
    public void A_restriction_of_the_future_ends_when_one_of_the_present_would()
    {
        var future = new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var account = new Account(Account.RulesOnly).KnownFor(60).Send(future, "GB", 501);
        Assert.Equal(Rung.Restricted, account.Rung);
        account.Told([UserTime.Check(account.State, Day60)!]);
        Assert.Equal(Day60.AddDays(1), account.State.Reaction.UntilTime);
        account.Login(Day60.AddDays(1).AddMinutes(1), "GB");
        Assert.True(account.Rung < Rung.Restricted);
        account.Send(Day60.AddDays(1).AddMinutes(2), "GB", 400);
        Assert.Equal(Messages.Decisions.Verdict.Allow, account.Last.WouldBe);
    }

    [Fact]
    public void A_source_that_is_minutes_ahead_sets_nobody_back()
    {
        var account = new Account().KnownFor(60).Login(Day60.AddMinutes(9), "GB");
        Assert.Null(UserTime.Check(account.State, Day60));
    }

    [Fact]
    public void Old_logs_with_one_line_of_another_month_are_judged_as_without_it()
    {
        var account = new Account().KnownFor(60).Login(Day60.AddDays(20), "GB");
        account.Events.Clear();
        for (var i = 0; i < 100; i++)
            account.Send(Day60.AddHours(i * 2), "GB", 3);
        Assert.Single(account.Events.OfType<TimeSetBack>());
        Assert.Empty(account.Events.OfType<ReactionChanged>());
        Assert.Equal(Day60.AddHours(198).ToUnixTimeMilliseconds(), account.State.LastSeen);
    }

    [Fact]
    public void A_clock_that_lost_its_time_takes_nobody_back_to_before_they_were_known()
    {
        var account = new Account().KnownFor(60);
        var before = account.State.LastSeen;
        for (var i = 0; i < 10; i++)
            account.Login(new DateTimeOffset(2020, 1, 1, 0, i, 0, TimeSpan.Zero), "GB");
        Assert.Equal(before, account.State.LastSeen);
    }

    [Fact]
    public void Failures_alone_found_no_account_and_whatever_it_does_itself_does()
    {
        var failed = new Account()
            .Login(Account.Start, "RO", outcome: LoginOutcome.WrongPassword)
            .Login(Account.Start.AddMinutes(1), "RO", outcome: LoginOutcome.UnknownUser);
        Assert.False(failed.State.IsFounded);
        Assert.True(failed.Login(Account.Start.AddMinutes(2), "GB").State.IsFounded);
        Assert.True(new Account().Send(Account.Start, "GB").State.IsFounded);
        Assert.True(
            new Account()
                .Told(UserAdministration.Lock(new UserState(new("info@example.com")), Account.Start, null, ReactionPolicy.Default, default))
                .State.IsFounded
        );
        Assert.False(new Account().State.IsFounded);
    }

    [Fact]
    public void Within_means_within_for_an_account_too()
    {
        var account = new Account().KnownFor(60);
        for (var i = 0; i < 60; i++)
            account.Login(Day60.AddMinutes(50 * i), "FR", Service.Imap, LoginOutcome.WrongPassword);
        for (var i = 0; i < 19; i++)
            account.Login(Day60.AddDays(9).AddMinutes(i), "FR", Service.Imap, LoginOutcome.WrongPassword, network: 2);
        account.Take(
            new Login(
                account.State.User,
                Day60.AddDays(9).AddMinutes(20),
                Account.In("FR", 2, 10),
                ObservationOrigin.None,
                Service.Imap,
                LoginOutcome.WrongPassword
            )
        );
        Assert.Empty(account.Events.OfType<AddressBlockOrdered>());
        account.Login(Day60.AddDays(9).AddMinutes(21), "FR", Service.Imap, LoginOutcome.WrongPassword, network: 2);
        Assert.Equal(Account.In("FR", 2).Address, Assert.Single(account.Events.OfType<AddressBlockOrdered>()).Address);
    }
}
