using Guard.Actors.Behaviour;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>Databases have some networks in a wrong country. An account that uses the networks around one knows better.</summary>
public sealed class MisplacedNetworkSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(41);

    [Fact]
    public void A_network_between_the_owners_own_is_his_although_the_database_has_it_abroad()
    {
        var account = Lived();
        account.Take(Read(account, Later, Misplaced));
        Assert.DoesNotContain(account.Last.Reasons, reason => reason.Code is ReasonCodes.NewCountry or ReasonCodes.OwnerElsewhere);
        Assert.InRange(account.Last.Score, 0, 4);
        Assert.Equal(Rung.Normal, account.Highest);
    }

    [Fact]
    public void Its_country_is_never_learnt_from_it()
    {
        var account = Lived();
        for (var day = 0; day < 20; day++)
            account.Take(Read(account, Later.AddDays(day), Misplaced));
        Assert.Equal(0, account.State.Baseline.Countries.Weight(PlaceKeys.CountryKey("VN"), Day(Later.AddDays(21))));
        account.Take(Read(account, Later.AddDays(21), Abroad));
        Assert.Contains(account.Last.Reasons, reason => reason is { Code: ReasonCodes.NewCountry, Bits: >= 4 });
    }

    [Fact]
    public void An_error_makes_the_next_one_less_odd_however_often_the_network_is_used()
    {
        var account = Lived();
        for (var day = 0; day < 10; day++)
            account.Take(Read(account, Later.AddDays(day), Misplaced));
        Assert.InRange(account.State.Baseline.NovelDays.Weight(Baseline.AnyDay, Day(Later.AddDays(10))), 0.5, 2);
        account.Take(Read(account, Later.AddDays(10), Abroad));
        var other = Lived();
        for (var day = 0; day < 10; day++)
            other.Take(Read(other, Later.AddDays(day), Account.In("GB", 77)));
        other.Take(Read(other, Later.AddDays(10), Abroad));
        Assert.True(account.Last.Score < other.Last.Score);
    }

    [Fact]
    public void A_network_apart_from_the_owners_is_odd_there()
    {
        var account = Lived();
        account.Take(Read(account, Later, Abroad));
        Assert.Contains(account.Last.Reasons, reason => reason is { Code: ReasonCodes.NewCountry, Bits: >= 4 });
    }

    [Fact]
    public void Networks_used_for_a_single_day_vouch_for_nothing()
    {
        var account = new Account();
        account.Take(Read(account, Later.AddDays(-1), Account.In("GB")));
        Assert.Equal("VN", account.State.Baseline.Believed(Misplaced, Day(Later)).Country);
    }

    [Fact]
    public void Where_the_owner_has_lived_is_believed()
    {
        var account = Lived();
        for (var day = 0; day < 9; day++)
            account.Take(Read(account, Later.AddDays(day), Abroad));
        Assert.Equal("VN", account.State.Baseline.Believed(Misplaced, Day(Later.AddDays(9))).Country);
    }

    private static Account Lived() => new Account(Account.Example with { Places = PlacesPolicy.Default }).KnownFor(40);

    /// <summary>In a /16 of the owner's.</summary>
    private static Place Misplaced => Account.In("GB", 77) with { Country = "VN", Asn = 64999, Latitude = 16.5f, Longitude = 106.8f };

    private static Place Abroad => Account.In("VN", 77) with { Asn = 64999, Latitude = 16.5f, Longitude = 106.8f };

    private static Login Read(Account account, DateTimeOffset at, Place place) =>
        new(account.State.User, at, place, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded);

    private static int Day(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 86400);
}
