using CsCheck;
using Guard.Actors.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

public sealed class AlarmCurveProperties
{
    private static readonly Gen<AlarmCurve> Curves = Gen.Select(Gen.Double[0, 10_000], Gen.Double[0, 60].Array[0, 200]).Select(AlarmCurve.Of);

    [Fact]
    public void Fewer_wrong_alarms_never_mean_a_lower_score() =>
        Gen.Select(Curves, Gen.Double[0.0001, 300], Gen.Double[0.0001, 300])
            .Sample((curve, one, other) => curve.ScoreFor(Math.Min(one, other)) >= curve.ScoreFor(Math.Max(one, other)));

    [Fact]
    public void An_installations_own_weeks_never_move_a_score_further_than_their_bounds() =>
        Gen.Select(Curves, Gen.Double[0.0001, 300])
            .Sample(
                (curve, rate) =>
                    curve.ScoreFor(rate) - AlarmCurve.Expected.ScoreFor(rate) is >= -AlarmCurve.MostLower - 0.001 and <= AlarmCurve.MostHigher + 0.001
            );

    [Fact]
    public void One_more_incident_never_lowers_a_score() =>
        Gen.Select(Gen.Double[1, 10_000], Gen.Double[0, 60].Array[1, 200], Gen.Double[0.0001, 300])
            .Sample((months, peaks, rate) => AlarmCurve.Of(months, peaks).ScoreFor(rate) >= AlarmCurve.Of(months, peaks[1..]).ScoreFor(rate));

    [Fact]
    public void Before_anything_was_watched_a_rate_means_what_the_worlds_came_to()
    {
        Assert.Equal(10, AlarmCurve.Expected.ScoreFor(22));
        Assert.Equal(14, AlarmCurve.Expected.ScoreFor(6));
        Assert.Equal(WrongAlarms.Least, AlarmCurve.Expected.ScoreFor(1000));
        // One wrong lock per 20,000 account-months.
        Assert.InRange(AlarmCurve.Expected.ScoreFor(0.05), 32, 34);
        Assert.Equal(AlarmCurve.Expected.ScoreFor(5), AlarmCurve.Of(0, []).ScoreFor(5));
        Assert.False(AlarmCurve.Expected.IsKnown);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(18)]
    public void On_a_large_installation_a_rate_means_what_its_own_weeks_came_to(int bits)
    {
        // Of 100,000 account-months 500 had an incident of these bits, and each bit halves them.
        var curve = AlarmCurve.Of(100_000, Enumerable.Range(1, 60_000).Select(incident => bits + Math.Log2(500.0 / incident)));
        Assert.True(curve.IsKnown);
        Assert.InRange(curve.ScoreFor(5), bits - 0.1, bits + 0.1);
    }

    [Fact]
    public void A_restless_installation_is_told_later_than_a_quiet_one()
    {
        var quiet = AlarmCurve.Of(1000, []);
        var restless = AlarmCurve.Of(1000, Enumerable.Repeat(15.0, 40));
        Assert.True(quiet.ScoreFor(5) < AlarmCurve.Expected.ScoreFor(5));
        Assert.True(restless.ScoreFor(5) > AlarmCurve.Expected.ScoreFor(5));
    }
}
