using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Feedback;

/// <summary>"In Spain 1 to 14 July" and "newsletter Tuesday, 5,000 recipients".</summary>
public sealed class PlannedExceptionSpecs
{
    private static readonly DateTimeOffset Leaving = Account.Start.AddDays(60);
    private static readonly DateTimeOffset Return = Leaving.AddDays(14);

    private static readonly GuardPolicy OnlyFromHome = Account.Example with
    {
        Places = new PlacesPolicy(["GB"], ["ES"], PlaceClass.Neutral),
        Services = [new ServicePolicy(Service.Imap, ["GB"], [])],
        Reactions = ReactionPolicy.Default with { OnForbiddenPlace = Rung.Restricted },
    };

    [Fact]
    public void Announced_in_Spain_nothing_speaks_against_a_login_from_Spain()
    {
        var stranger = new Account().KnownFor(60).Login(Leaving.AddDays(1), "ES");
        Assert.Contains(stranger.Last.Reasons, reason => reason.Code == ReasonCodes.NewCountry);
        var traveller = new Account().KnownFor(60).Planned(Leaving, Return, "ES").Login(Leaving.AddDays(1), "ES");
        Assert.Equal(0, traveller.Last.Score);
        Assert.Equal(Rung.Normal, traveller.Rung);
        // Another country is as strange as ever.
        Assert.Contains(traveller.Login(Leaving.AddDays(1).AddHours(1), "RO").Last.Reasons, reason => reason.Code == ReasonCodes.NewCountry);
    }

    [Fact]
    public void An_announced_place_is_allowed_and_usual_until_the_period_is_over()
    {
        var account = new Account(OnlyFromHome).KnownFor(60).Planned(Leaving, Return, "Spain");
        Assert.False(account.Login(Leaving, "ES", Service.Imap).Refused);
        Assert.False(account.Login(Return.AddSeconds(-1), "ES", Service.Imap).Refused);
        account.Login(Return, "ES", Service.Imap);
        Assert.True(account.Refused);
        Assert.Contains(account.Last.Reasons, reason => reason.Code == ReasonCodes.ForbiddenPlace);
    }

    [Fact]
    public void Programs_left_running_at_home_do_not_contradict_the_announced_journey()
    {
        var account = new Account().KnownFor(60).Planned(Leaving, Return, "ES");
        for (var hour = 0; hour < 48; hour++)
            account.Login(Leaving.AddHours(hour), "GB").Login(Leaving.AddHours(hour).AddMinutes(2), "ES");
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Fact]
    public void A_planned_mailing_goes_out_and_what_is_usual_stays_what_it_was()
    {
        var tuesday = Leaving;
        var letter = new Account().KnownFor(60).Planned(tuesday, tuesday.AddDays(1), recipients: 5000);
        var usual = letter.State.Baseline.Recipients.Usual(1, 20);
        for (var mail = 0; mail < 500; mail++)
            Assert.False(letter.Send(tuesday.AddHours(1).AddSeconds(mail * 2), "GB", 10).Refused);
        Assert.Equal((Rung.Normal, 5000), (letter.Highest, letter.State.Planned.Items.Single().Used));
        Assert.Equal(0, letter.State.Used("recipients/1d", tuesday.AddHours(2).ToUnixTimeSeconds()));
        Assert.Equal(usual, letter.State.Baseline.Recipients.Usual(1, 20));
        // It is used up: from here on the quota of 500 a day counts.
        Assert.False(letter.Send(tuesday.AddHours(2), "GB", 400).Refused);
        Assert.True(letter.Send(tuesday.AddHours(3), "GB", 200).Refused);
    }

    [Fact]
    public void A_thief_cannot_send_on_the_newsletter_s_account()
    {
        var account = new Account().KnownFor(60).Planned(Leaving, Return, recipients: 5000);
        for (var mail = 0; mail < 100; mail++)
            account.Send(Leaving.AddHours(1).AddSeconds(mail * 2), new[] { "RO", "UA", "CN" }[mail % 3], 10);
        Assert.Equal(0, account.State.Planned.Items.Single().Used);
        Assert.True(account.Highest >= Rung.Restricted);
        Assert.True(account.Refused);
    }

    [Fact]
    public void What_a_failed_message_had_used_of_it_may_be_used_again()
    {
        var account = new Account().KnownFor(60).Planned(Leaving, Return, recipients: 1000).Send(Leaving.AddHours(1), "GB", 900);
        var failed = new UserCommands.GiveBack(
            account.State.User,
            Leaving.AddHours(1),
            new Submission(account.State.User, Leaving.AddHours(1), Account.In("GB"), ObservationOrigin.None, 900, 0, "")
        );
        account.Told(Reservations.Return(account.State, failed, UserTerms.Of(Account.Example, Account.Example, Rung.Normal)));
        Assert.Equal(0, account.State.Planned.Items.Single().Used);
    }

    [Theory]
    [InlineData(0, -1, "ES", 0, "", "ends before")]
    [InlineData(-10, -5, "ES", 0, "", "over already")]
    [InlineData(0, 400, "ES", 0, "", "longer than a year")]
    [InlineData(0, 5, "", 0, "", "neither")]
    [InlineData(0, 5, "Atlantis", 0, "", "Atlantis")]
    [InlineData(0, 5, "", 2_000_000, "", "1000000")]
    [InlineData(0, 5, "GB,FR,DE,ES,PT,IT,PL,CZ,SK", 0, "", "more than 8")]
    [InlineData(0, 5, "ES", 0, "a note that is far longer than anybody would want to read in a table of exceptions", "longer than 60")]
    public void What_cannot_be_planned_is_refused_in_words(int from, int until, string places, int recipients, string note, string why)
    {
        var (events, said) = UserAdministration.Plan(
            new Account().State,
            Leaving,
            new PlannedException(0, Leaving.AddDays(from), Leaving.AddDays(until), places, recipients, note)
        );
        Assert.Empty(events);
        Assert.StartsWith("not planned: ", said, StringComparison.Ordinal);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_four_at_most_and_what_is_over_makes_room()
    {
        var account = new Account();
        for (var i = 0; i < 6; i++)
            account.Planned(Leaving, Leaving.AddDays(1), recipients: 10 + i);
        Assert.Equal(4, account.State.Planned.Items.Length);
        account.Planned(Leaving.AddDays(2), Leaving.AddDays(3), recipients: 7);
        Assert.Equal(7, account.State.Planned.Items.Single().Recipients);
        Assert.Equal(5, account.State.Planned.Last);
        account.Told(UserAdministration.Withdraw(account.State, Leaving, 5).Events);
        Assert.Empty(account.State.Planned.Items);
        Assert.Empty(UserAdministration.Withdraw(account.State, Leaving, 5).Events);
    }

    [Fact]
    public void The_snapshot_of_a_busy_account_with_every_exception_is_bounded()
    {
        var account = new Account().KnownFor(200);
        for (var i = 0; i < PlannedList.MaxOfUser; i++)
            account.Told(
                UserAdministration
                    .Plan(
                        account.State,
                        Leaving,
                        new PlannedException(0, Leaving, Leaving.AddDays(365), "ES, PT, IT", 4999 + i * 1013, $"summer letter {i} to all of our members")
                    )
                    .Events
            );
        for (var i = 0; i < 5000; i++)
            account.Send(Account.Start.AddDays(201).AddSeconds(i), new[] { "RO", "UA", "CN", "BR", "US", "FR", "IN", "JP", "KE" }[i % 9], 1, i % 97);
        Assert.Equal(4, account.State.Planned.Items.Length);
        Assert.InRange(Guard.Actors.Serialization.GuardSerializer.SizeOf(account.State), 500, 2048);
    }
}
