using CsCheck;
using Guard.Actors.Behaviour;
using Guard.Actors.Users;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>To whom, under which address and from which pool an account sends.</summary>
public sealed class CorrespondentSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(40).AddHours(10);

    [Fact]
    public void One_mail_to_many_from_a_new_country_is_refused_as_the_first()
    {
        var account = new Account().KnownFor(40).Send(Later, "BR", 490);
        Assert.True(account.Rung >= Rung.Restricted);
        Assert.True(account.Events.OfType<ObservationJudged>().Last().Judgement.HasFlag(Judgement.Refused));
    }

    [Fact]
    public void One_mail_to_many_from_the_own_line_is_reported_and_goes_out()
    {
        var account = new Account().KnownFor(40).Send(Later, "GB", 490);
        Assert.Equal(Rung.Reported, account.Rung);
        Assert.False(account.Events.OfType<ObservationJudged>().Last().Judgement.HasFlag(Judgement.Refused));
    }

    [Fact]
    public void Strangers_in_numbers_restrict_from_the_own_line_by_the_150th()
    {
        var account = new Account().KnownFor(40);
        var sent = 0;
        for (; sent < 490 && account.Rung < Rung.Restricted; sent++)
        {
            var at = Later.AddSeconds(7 * sent);
            account.Send(at, "GB");
            account.Take(
                new Delivery(account.State.User, at, ObservationOrigin.None, DeliveryOutcome.Delivered, 1) { Recipient = Key($"r{sent}@example.net") }
            );
        }
        Assert.InRange(sent, 40, 150);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(9, true)]
    public void A_further_list_sent_at_one_go_from_the_own_line_is_told_and_goes_on_while_receivers_take_it(int refusedOfHundred, bool restricted)
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        SendList(account, Later.AddDays(-7), TimeSpan.FromMilliseconds(800), 0);
        Assert.Equal(Rung.Restricted, account.Rung);
        account.Told(UserAdministration.Absolve(account.State, Later.AddDays(-6)));
        Live(account, Later.AddDays(-6), 5);
        account.Events.Clear();
        SendList(account, Later, TimeSpan.FromMilliseconds(800), refusedOfHundred);
        // What the owner writes afterwards goes out, too.
        account.Send(Later.AddMinutes(30), "GB");
        Assert.True(account.Highest >= Rung.Reported);
        Assert.Equal(restricted, account.Highest >= Rung.Restricted);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(25)]
    [InlineData(33)]
    [InlineData(40)]
    [InlineData(75)]
    [InlineData(600)]
    public void An_accounts_first_list_restricts_by_the_150th_at_any_pace_although_everybody_takes_it(double mailsAMinute)
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        Assert.InRange(SendList(account, Later, TimeSpan.FromMinutes(1 / mailsAMinute), 0), 40, 150);
    }

    [Theory]
    [InlineData(7, false, false)]
    [InlineData(2, false, true)]
    [InlineData(7, true, true)]
    public void A_list_that_was_restricted_and_that_nobody_called_an_attack_is_usual_after_quiet_days(int daysLater, bool called, bool restricted)
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        SendList(account, Later, TimeSpan.FromMilliseconds(800), 0);
        Assert.Equal(Rung.Restricted, account.Rung);
        if (called)
            account.Told(UserAdministration.Confirm(account.State, Later.AddHours(1), Account.Example.Reactions));
        account.Told(UserAdministration.Release(account.State, Later.AddHours(2)));
        Live(account, Later.AddDays(1), daysLater - 1);
        account.Events.Clear();
        SendList(account, Later.AddDays(daysLater), TimeSpan.FromMilliseconds(800), 0);
        Assert.Equal(restricted, account.Highest >= Rung.Restricted);
    }

    [Fact]
    public void Hundreds_within_an_hour_to_people_it_writes_to_restrict_by_the_150th_too()
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        for (var friend = 0; friend < 50; friend++)
            account.Take(Told(account, Later.AddDays(-1), friend));
        var sent = 0;
        for (; sent < 490 && account.Rung < Rung.Restricted; sent++)
            account.Send(Later.AddSeconds(7 * sent), "GB").Take(Told(account, Later.AddSeconds(7 * sent), sent % 50));
        Assert.InRange(sent, 100, 150);
    }

    /// <summary>Ordinary days on the line.</summary>
    private static void Live(Account account, DateTimeOffset from, int days)
    {
        for (var day = 0; day < days; day++)
            account.Login(from.AddDays(day), "GB").Send(from.AddDays(day).AddMinutes(5), "GB");
    }

    /// <summary>Six hundred strangers, one mail each.</summary>
    /// <returns>Mails until the account was restricted.</returns>
    private static int SendList(Account account, DateTimeOffset from, TimeSpan every, int refusedOfHundred)
    {
        var sent = 0;
        for (; sent < 600 && account.Highest < Rung.Restricted; sent++)
        {
            var at = from + sent * every;
            account.Send(at, "GB");
            var outcome = sent % 100 < refusedOfHundred ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Delivered;
            account.Take(new Delivery(account.State.User, at, ObservationOrigin.None, outcome, 1) { Recipient = Key($"l{sent}@{from.Day}.example.net") });
        }
        return sent;
    }

    private static Delivery Told(Account account, DateTimeOffset at, int number) =>
        new(account.State.User, at, ObservationOrigin.None, DeliveryOutcome.Delivered, 1) { Recipient = Key($"r{number}@example.net") };

    [Fact]
    public void The_same_list_from_abroad_is_restricted()
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        var sent = 0;
        for (; sent < 600 && account.Rung < Rung.Restricted; sent++)
        {
            var at = Later.AddMilliseconds(800 * sent);
            account.Send(at, "BR");
            account.Take(
                new Delivery(account.State.User, at, ObservationOrigin.None, DeliveryOutcome.Delivered, 1) { Recipient = Key($"l{sent}@example.net") }
            );
        }
        Assert.InRange(sent, 1, 20);
    }

    [Fact]
    public void Month_end_invoices_to_strangers_at_leisure_are_no_report()
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        for (var sent = 0; sent < 220; sent++)
        {
            var at = Later.AddSeconds(47 * sent);
            account.Send(at, "GB");
            account.Take(
                new Delivery(account.State.User, at, ObservationOrigin.None, DeliveryOutcome.Delivered, 1) { Recipient = Key($"c{sent}@example.net") }
            );
        }
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Theory]
    [InlineData(DeliveryOutcome.Delivered, false)]
    [InlineData(DeliveryOutcome.RefusedAsSpam, true)]
    public void A_first_circular_in_mails_to_many_each_restricts_only_when_it_is_refused(DeliveryOutcome every, bool restricted)
    {
        var account = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        for (var mail = 0; mail < 20; mail++)
        {
            var at = Later.AddSeconds(30 * mail);
            account.Send(at, "GB", 45);
            for (var i = 0; i < 45; i++)
            {
                var outcome = i % 9 == 0 ? every : DeliveryOutcome.Delivered;
                account.Take(new Delivery(account.State.User, at, ObservationOrigin.None, outcome, 1) { Recipient = Key($"r{mail}.{i}@example.net") });
            }
        }
        Assert.Equal(restricted, account.Highest >= Rung.Restricted);
        Assert.True(account.Highest >= Rung.Reported);
    }

    [Fact]
    public void Several_countries_at_once_are_nothing_new_where_they_are_usual()
    {
        var role = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        string[] abroad = ["FR", "US", "BR", "ZA", "IN", "JP"];
        for (var day = 0; day < 40; day++)
        {
            var at = Later.AddDays(day);
            role.Login(at, "GB").Login(at.AddMinutes(5), day % 3 == 0 ? abroad[day / 3 % 6] : "GB");
        }
        var evening = Later.AddDays(41);
        role.Login(evening, "GB").Login(evening.AddMinutes(1), "AU").Login(evening.AddMinutes(2), "NG").Login(evening.AddMinutes(3), "CL");
        var single = new Account(Account.Example with { Quotas = [] }).KnownFor(40);
        single.Login(Later, "AU").Login(Later.AddMinutes(2), "NG").Login(Later.AddMinutes(3), "CL");
        Assert.True(role.Last.Score + 10 < single.Last.Score, $"{role.Last.Score} {single.Last.Score}");
        Assert.True(role.Highest < Rung.Restricted);
        Assert.True(single.Highest >= Rung.Restricted);
    }

    [Fact]
    public void A_hundred_to_people_it_writes_to_do_not()
    {
        var account = new Account().KnownFor(40);
        for (var day = 0; day < 10; day++)
        {
            for (var i = 0; i < 20; i++)
                account.Take(Told(account, Later.AddDays(day), day * 20 + i));
        }
        for (var sent = 0; sent < 110; sent++)
            account.Send(Later.AddDays(11).AddSeconds(7 * sent), "GB").Take(Told(account, Later.AddDays(11).AddSeconds(7 * sent), sent));
        Assert.True(account.Rung < Rung.Restricted);
    }

    [Fact]
    public void Whom_it_wrote_to_lately_is_known() =>
        Gen
            .ULong.Array[1, 300]
            .Sample(keys =>
            {
                var sketch = keys.Aggregate(RecipientSketch.Empty, (known, key) => known.See(key));
                Assert.All(keys, key => Assert.True(sketch.Contains(key)));
                Assert.True(sketch.Young.Length + sketch.Old.Length <= 2 * RecipientSketch.Size);
            });

    [Fact]
    public void An_address_has_another_key_in_every_account_and_capitals_do_not_matter()
    {
        var other = new Messages.Identity.UserId("other@example.com");
        Assert.Equal(Key("a@b.example"), Key("A@B.example"));
        Assert.NotEqual(Key("a@b.example"), CorrespondentKey.Of(other, "a@b.example"u8));
        Assert.Equal(0UL, CorrespondentKey.Of(other, []));
    }

    [Fact]
    public void A_pool_roams_that_gives_ever_other_networks_and_one_of_two_lines_does_not()
    {
        var place = new Place(NetworkAddress.FromIPv4(0x18000000), AddressKind.Public, "GB");
        var (pool, roaming, settled) = (PlaceKeys.Pool(place), AddressPools.Empty, AddressPools.Empty);
        for (var i = 0; i < 12; i++)
        {
            roaming = roaming.See(pool, (ulong)(100 + i), i / 4, known: false);
            settled = settled.See(pool, (ulong)(100 + i % 2), i / 4, known: i > 1);
        }
        Assert.True(roaming.Roams(pool, 3));
        Assert.False(settled.Roams(pool, 3));
    }

    [Fact]
    public void Networks_of_one_carrier_count_once()
    {
        var recent = RecentPlaces.Empty;
        for (var i = 0; i < 5; i++)
            recent = recent.See((ulong)(10 + i), 1, 1000 + i, strange: true, failed: false, pool: 7);
        Assert.Equal((1, 1), recent.StrangeWithinHour(1100, 20, 1, 7));
        Assert.Equal((1, 2), recent.StrangeWithinHour(1100, 20, 1, 8));
    }

    private static ulong Key(string address) => CorrespondentKey.Of(new Account().State.User, System.Text.Encoding.UTF8.GetBytes(address));
}
