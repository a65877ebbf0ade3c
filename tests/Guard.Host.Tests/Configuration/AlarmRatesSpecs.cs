using Guard.Actors.Policies;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

public sealed class AlarmRatesSpecs
{
    private static readonly AlarmCurve Restless = AlarmCurve.Of(10_000, Enumerable.Repeat(35.0, 1000));

    [Fact]
    public void A_rate_never_goes_beyond_the_bits_of_a_higher_rung_nor_below_those_of_a_lower_one()
    {
        Assert.Equal([18.0, 18.0, 30.0], new AlarmRates(Restless).Resolve([Rate(5), Bits(18), Bits(30)]));
        Assert.Equal([15.0, 15.0, null], new AlarmRates(AlarmCurve.Expected).Resolve([Bits(15), Rate(500), default]));
        var rising = new AlarmRates(Restless).Resolve([Rate(20), Rate(5), Bits(12), Bits(45)]);
        Assert.Equal([12.0, 12.0, 12.0, 45.0], rising);
    }

    [Fact]
    public void Rates_of_all_rungs_rise_as_they_become_rarer()
    {
        var rising = new AlarmRates(AlarmCurve.Of(500, [12, 14, 21])).Resolve([Rate(20), Rate(5), Rate(1), Rate(0.1)]);
        Assert.Equal(rising.Order(), rising);
        Assert.Equal(4, rising.Distinct().Count());
    }

    [Fact]
    public void It_says_which_rates_came_to_which_scores_only_where_they_were_watched()
    {
        var watched = new AlarmRates(Restless);
        watched.Resolve([Rate(5), Bits(50), default, default]);
        Assert.Equal(System.FormattableString.Invariant($"5={Restless.ScoreFor(5)}"), watched.Meant);
        var expected = new AlarmRates(AlarmCurve.Expected);
        expected.Resolve([Rate(5)]);
        Assert.Equal("", expected.Meant);
    }

    private static ScoreSetting Rate(double rate) => new(null, rate);

    private static ScoreSetting Bits(double bits) => new(bits, null);
}
