using CsCheck;
using Guard.Actors.Policies.Geography;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>Distances where no more than the country is known.</summary>
public sealed class CountryPlacesSpecs
{
    private static readonly string[] Some = ["DE", "FR", "GB", "US", "BR", "VN", "CN", "RU", "NG", "AU", "IN", "TR", "XK", "ZZ", ""];

    [Fact]
    public void It_is_the_same_way_back_and_never_negative() =>
        Gen.Select(Gen.Int[0, Some.Length - 1].Select(i => Some[i]), Gen.Int[0, Some.Length - 1].Select(i => Some[i]))
            .Sample(
                (from, to) =>
                {
                    var kilometres = CountryPlaces.Kilometres(from, to);
                    Assert.Equal(kilometres, CountryPlaces.Kilometres(to, from), 6);
                    Assert.InRange(kilometres, 0, 20_040);
                    Assert.True(from != to || kilometres == 0);
                }
            );

    [Theory]
    [InlineData("DE", "FR")]
    [InlineData("DE", "PL")]
    [InlineData("US", "CA")]
    [InlineData("RU", "CN")]
    [InlineData("ES", "PT")]
    [InlineData("GB", "IE")]
    [InlineData("DE", "ZZ")]
    public void Neighbours_and_what_is_not_known_are_no_distance(string from, string to) => Assert.Equal(0, CountryPlaces.Kilometres(from, to));

    [Theory]
    [InlineData("GB", "VN", 9_700)] // London and Hanoi
    [InlineData("DE", "BR", 7_600)] // Aachen and Natal, about
    [InlineData("DE", "US", 5_900)] // Aachen and Boston, about
    [InlineData("FR", "NG", 3_500)] // Nice and Sokoto, about
    public void It_is_never_more_than_between_real_places(string from, string to, double real)
    {
        var kilometres = CountryPlaces.Kilometres(from, to);
        Assert.InRange(kilometres, 1_000, real);
    }

    [Fact]
    public void Every_country_that_a_policy_can_name_and_that_has_people_has_a_place() =>
        Assert.All(Countries.All.Where(country => country.Code is not ("BV" or "HM")), country => Assert.True(CountryPlaces.Knows(country.Code), country.Code));
}
