using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>What the owner's own presence, unread mailboxes and colleagues say.</summary>
public sealed class PresenceSpecs
{
    private static readonly DateTimeOffset Monday = Account.Start.AddDays(63);
    private static readonly Place Office = At("GB", 51.5f, -0.1f, 0x51_01_02_03);
    private static readonly Place Hanoi = At("VN", 21.0f, 105.8f, 0x71_A0_01_02);
    private static readonly Place Madrid = At("ES", 40.4f, -3.7f, 0x5F_10_01_02);
    private static readonly GuardPolicy NoQuotas = GuardPolicy.Default;

    private static Place At(string country, float latitude, float longitude, uint address) =>
        new(NetworkAddress.FromIPv4(address), AddressKind.Public, country, Latitude: latitude, Longitude: longitude);

    private sealed class Worker(SitePrior? prior = null)
    {
        private readonly UserTerms _terms = UserTerms.Of(NoQuotas, NoQuotas, Rung.Normal, prior);

        public UserState State { get; private set; } = new(new UserId("anna@example.com"));

        public List<ReactionChanged> Changes { get; } = [];

        public UserVerdict Last { get; private set; }

        public Worker Take(Observation observation)
        {
            Last = UserDecider.Decide(State, observation, _terms);
            foreach (var change in Last.Events)
            {
                State = UserEvolution.Apply(State, change);
                if (change is ReactionChanged changed)
                    Changes.Add(changed);
            }
            State = State with { Owed = [] };
            return this;
        }

        public Worker Login(DateTimeOffset at, Place place) =>
            Take(new Login(State.User, at, place, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded));

        public Worker Send(DateTimeOffset at, Place place) => Take(new Submission(State.User, at, place, ObservationOrigin.None, 1, 1000, "Q"));

        /// <summary>Nine weeks at the office.</summary>
        public Worker AtWork(Place? office = null)
        {
            var at = office ?? Office;
            for (var day = 0; day < 63; day++)
            {
                if (Account.Start.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
                    continue;
                for (var hour = 0; hour < 8; hour += 2)
                    Login(Account.Start.AddDays(day).AddHours(hour), at).Send(Account.Start.AddDays(day).AddHours(hour).AddMinutes(9), at);
            }
            return this;
        }
    }

    [Fact]
    public void Reading_along_from_abroad_while_the_owner_is_at_the_office_is_reported()
    {
        var anna = new Worker().AtWork().Login(Monday, Office).Login(Monday.AddMinutes(30), Hanoi);
        Assert.Equal(Rung.Reported, anna.State.Reaction.Rung);
        Assert.Contains(anna.Last.Reasons, reason => reason.Code == ReasonCodes.OwnerElsewhere);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Without_a_line_that_stays_two_networks_of_the_country_say_that_the_owner_is_at_home_and_one_may_be_a_phones(bool desk, bool told)
    {
        var anna = new Worker();
        for (var day = 0; day < 63; day++)
            AtHome(day, desk: true);
        AtHome(63, desk);
        anna.Login(Monday.AddHours(6), At("VN", float.NaN, float.NaN, 0x71_A0_01_02));
        Assert.Equal(told, anna.Last.Reasons.Any(reason => reason.Code == ReasonCodes.OwnerElsewhere));
        Assert.True(anna.State.Reaction.Rung <= Rung.Reported);

        // Another address each day, of the line as of the phone's carrier.
        void AtHome(int day, bool desk)
        {
            var morning = Account.Start.AddDays(day);
            if (desk)
                anna.Login(morning, At("GB", float.NaN, float.NaN, 0x51_01_00_05 + (uint)(day * 7 % 250 << 8)));
            anna.Login(morning.AddHours(4), At("GB", float.NaN, float.NaN, 0x52_20_00_09 + (uint)(day * 11 % 250 << 8)));
        }
    }

    [Fact]
    public void It_is_also_noticed_when_the_owner_shows_himself_later_and_the_stranger_is_named()
    {
        var anna = new Worker().AtWork().Login(Monday.AddHours(-6), Hanoi);
        Assert.Equal(Rung.Normal, anna.State.Reaction.Rung);
        anna.Login(Monday, Office);
        var report = Assert.Single(anna.Changes);
        Assert.Equal((Rung.Reported, "VN", Hanoi.Address), (report.To, report.Country, report.Address));
    }

    [Fact]
    public void The_countries_alone_tell_that_nobody_travels_so_fast()
    {
        var office = Office with { Latitude = float.NaN, Longitude = float.NaN };
        var hanoi = Hanoi with { Latitude = float.NaN, Longitude = float.NaN };
        var anna = new Worker().AtWork(office).Login(Monday, office).Login(Monday.AddMinutes(30), hanoi);
        Assert.Equal(Rung.Reported, anna.State.Reaction.Rung);
        Assert.Contains(anna.Last.Reasons, reason => reason.Code == ReasonCodes.OwnerElsewhere);

        var neighbour = new Place(NetworkAddress.FromIPv4(0x5A_01_02_03), AddressKind.Public, "FR");
        var bea = new Worker().AtWork(office).Login(Monday, office).Login(Monday.AddMinutes(30), neighbour);
        Assert.Equal(Rung.Normal, bea.State.Reaction.Rung);
    }

    [Fact]
    public void A_journey_is_not_reported()
    {
        var anna = new Worker().AtWork();
        for (var day = 0; day < 8; day++)
            anna.Login(Monday.AddDays(day), Madrid).Send(Monday.AddDays(day).AddMinutes(20), Madrid);
        anna.Login(Monday.AddDays(9), Office);
        Assert.Empty(anna.Changes);
    }

    [Fact]
    public void Who_is_often_in_two_places_at_once_is_reported_once_and_then_left_in_peace()
    {
        var anna = new Worker().AtWork();
        foreach (var week in new[] { 0, 1, 2, 3, 4, 5 })
            anna.Login(Monday.AddDays(7 * week), Office)
                .Login(Monday.AddDays(7 * week).AddMinutes(30), Madrid)
                .Login(Monday.AddDays(7 * week).AddHours(2), Office);
        Assert.Single(anna.Changes, change => change.To > change.From);
    }

    [Fact]
    public void Mails_from_a_line_where_the_mailbox_was_never_opened_are_reported()
    {
        var anna = new Worker().AtWork();
        var bot = At("GB", 53, -2, 0x52_44_01_02);
        for (var mail = 0; mail < 12; mail++)
            anna.Send(Monday.AddMinutes(40 * mail), bot);
        Assert.Equal(Rung.Reported, anna.State.Reaction.Rung);
        Assert.Contains(anna.State.Reaction.Reasons, reason => reason.Code == ReasonCodes.SendsUnread);

        var reader = new Worker().AtWork().Login(Monday.AddMinutes(-1), bot);
        for (var mail = 0; mail < 12; mail++)
            reader.Send(Monday.AddMinutes(40 * mail), bot);
        Assert.Empty(reader.Changes);
    }

    [Fact]
    public void An_amount_alone_restricts_and_never_locks()
    {
        var anna = new Worker().AtWork();
        for (var mail = 0; mail < 2000; mail++)
            anna.Send(Monday.AddSeconds(2 * mail), At("GB", 53, -2, 0x52_44_01_02));
        Assert.Equal(Rung.Restricted, anna.State.Reaction.Rung);
        Assert.True(anna.State.Reaction.Since - Monday.ToUnixTimeMilliseconds() < 30_000);
    }

    [Fact]
    public void A_line_that_colleagues_share_is_not_strange()
    {
        var shared = At("FR", 48.8f, 2.3f, 0x5A_01_02_03);
        var vouched = new SitePrior(0, 0, [], [Guard.Actors.Behaviour.PlaceKeys.NarrowKey(shared.Address)]);
        Assert.Equal(0, new Worker(vouched).AtWork().Login(Monday.AddDays(1), shared).Last.Score);
        Assert.True(new Worker().AtWork().Login(Monday.AddDays(1), shared).Last.Score > 3);
    }

    [Fact]
    public void A_country_from_which_the_site_is_guessed_at_weighs_more_than_one_where_its_users_go()
    {
        var patterns = SitePatterns.Empty;
        var (vietnam, spain) = ((ushort)Guard.Actors.Behaviour.PlaceKeys.CountryKey("VN"), (ushort)Guard.Actors.Behaviour.PlaceKeys.CountryKey("ES"));
        for (var day = 0; day < 40; day++)
            patterns = patterns.See(new DayPattern((ulong)day, day, [], [spain], [vietnam], []), day + 1);
        var site = patterns.Told;
        var (known, unknown) = (new Worker(site).AtWork(), new Worker().AtWork());
        Assert.True(known.Login(Monday.AddDays(1), Hanoi).Last.Score > unknown.Login(Monday.AddDays(1), Hanoi).Last.Score + 1);
        (known, unknown) = (new Worker(site).AtWork(), new Worker().AtWork());
        Assert.True(known.Login(Monday.AddDays(1), Madrid).Last.Score < unknown.Login(Monday.AddDays(1), Madrid).Last.Score - 1);
    }

    [Fact]
    public void What_users_are_told_of_their_site_does_not_change_within_a_day()
    {
        var patterns = SitePatterns.Empty;
        for (var user = 0; user < 5; user++)
            patterns = patterns.See(new DayPattern((ulong)user, 9, [], [], [], [77]), 10);
        Assert.Empty(patterns.Told.SharedNetworks);
        patterns = patterns.See(new DayPattern(9, 10, [], [], [], []), 11);
        Assert.Equal(77UL, Assert.Single(patterns.Told.SharedNetworks));
    }
}
