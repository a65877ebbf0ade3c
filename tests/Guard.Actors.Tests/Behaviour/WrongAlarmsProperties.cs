using CsCheck;
using Guard.Actors.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

public sealed class WrongAlarmsProperties
{
    [Fact]
    public void Fewer_wrong_alarms_never_mean_a_lower_score() =>
        Gen.Double[0.0001, 100]
            .Select(Gen.Double[0.0001, 100])
            .Sample((one, other) => WrongAlarms.ScoreFor(Math.Min(one, other)) >= WrongAlarms.ScoreFor(Math.Max(one, other)));

    [Fact]
    public void A_measured_rate_gives_its_score()
    {
        Assert.Equal(20, WrongAlarms.ScoreFor(0.51));
        Assert.Equal(14, WrongAlarms.ScoreFor(5.521));
        // One wrong lock per 20,000 account-months.
        Assert.InRange(WrongAlarms.ScoreFor(0.05), 23, 24);
    }
}
