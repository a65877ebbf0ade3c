using Guard.Actors.Reactions;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Reactions;

/// <summary>Which rung a trigger leads to, how long it lasts and where it leads when its time is up.</summary>
public sealed class ReactionLadderSpecs
{
    private static readonly DateTimeOffset At = Account.Start;

    private static readonly AnomalyThresholds Thresholds = new(10, 20, 30, 45);

    private static ReactionPolicy Policy { get; } =
        ReactionPolicy.Default with
        {
            OnAnomaly = Thresholds,
            ReportFor = TimeSpan.FromHours(20),
            RestrictFor = TimeSpan.FromHours(10),
            SuspendFor = TimeSpan.FromHours(2),
            BlockFor = TimeSpan.FromHours(30),
        };

    private static ReactionPolicy Redirected(Rung from, Rung to) => Policy with { Redirect = ReactionPolicy.NoRedirect.SetItem((int)from, to) };

    [Theory]
    [InlineData(0, Rung.Normal)]
    [InlineData(9.9, Rung.Normal)]
    [InlineData(10, Rung.Reported)]
    [InlineData(19.9, Rung.Reported)]
    [InlineData(20, Rung.Restricted)]
    [InlineData(29.9, Rung.Restricted)]
    [InlineData(30, Rung.Suspended)]
    [InlineData(44.9, Rung.Suspended)]
    [InlineData(45, Rung.Blocked)]
    [InlineData(1000, Rung.Blocked)]
    public void A_score_deserves_a_rung_from_its_threshold_on(double score, Rung deserved) => Assert.Equal(deserved, ReactionLadder.OfScore(score, Thresholds));

    [Theory]
    [InlineData(Rung.Reported, 15, Rung.Normal)]
    [InlineData(Rung.Restricted, 25, Rung.Reported)]
    [InlineData(Rung.Suspended, 40, Rung.Restricted)]
    [InlineData(Rung.Blocked, 1000, Rung.Suspended)]
    public void A_rung_without_a_threshold_is_left_out(Rung without, double score, Rung deserved) =>
        Assert.Equal(deserved, ReactionLadder.OfScore(score, Without(without)));

    [Theory]
    [InlineData(Rung.Normal)]
    [InlineData(Rung.Reported)]
    [InlineData(Rung.Restricted)]
    [InlineData(Rung.Suspended)]
    [InlineData(Rung.Blocked)]
    public void What_is_deserved_is_reached_up_to_the_cap(Rung highest)
    {
        foreach (var deserved in Enum.GetValues<Rung>())
            Assert.Equal(deserved < highest ? deserved : highest, ReactionLadder.Target(deserved, Policy with { Highest = highest }));
    }

    [Fact]
    public void What_is_redirected_is_capped_all_the_same()
    {
        var policy = Redirected(Rung.Reported, Rung.Blocked);
        Assert.Equal(Rung.Blocked, ReactionLadder.Target(Rung.Reported, policy));
        Assert.Equal(Rung.Restricted, ReactionLadder.Target(Rung.Restricted, policy));
        Assert.Equal(Rung.Restricted, ReactionLadder.Target(Rung.Reported, policy with { Highest = Rung.Restricted }));
        Assert.Equal(Rung.Normal, ReactionLadder.Target(Rung.Reported, Redirected(Rung.Reported, Rung.Normal)));
    }

    [Theory]
    [InlineData(Rung.Normal, Rung.Reported, 10)]
    [InlineData(Rung.Reported, Rung.Restricted, 20)]
    [InlineData(Rung.Restricted, Rung.Suspended, 30)]
    [InlineData(Rung.Suspended, Rung.Blocked, 45)]
    public void The_next_rung_is_the_one_above_with_the_score_that_leads_to_it(Rung rung, Rung next, double score) =>
        Assert.Equal((next, score), ReactionLadder.Next(rung, Policy));

    [Fact]
    public void Above_the_highest_rung_there_is_none()
    {
        foreach (var highest in Enum.GetValues<Rung>())
            Assert.Null(ReactionLadder.Next(highest, Policy with { Highest = highest }));
        Assert.Null(ReactionLadder.Next(Rung.Blocked, Policy with { Highest = Rung.Reported }));
    }

    [Theory]
    [InlineData(Rung.Normal, Rung.Reported, Rung.Restricted, 20)]
    [InlineData(Rung.Reported, Rung.Restricted, Rung.Suspended, 30)]
    [InlineData(Rung.Restricted, Rung.Suspended, Rung.Blocked, 45)]
    public void A_rung_that_no_score_leads_to_is_stepped_over(Rung rung, Rung without, Rung next, double score) =>
        Assert.Equal((next, score), ReactionLadder.Next(rung, Policy with { OnAnomaly = Without(without) }));

    [Fact]
    public void Where_no_score_leads_further_there_is_no_next_rung()
    {
        Assert.Null(ReactionLadder.Next(Rung.Suspended, Policy with { OnAnomaly = Without(Rung.Blocked) }));
        Assert.Null(ReactionLadder.Next(Rung.Normal, Policy with { OnAnomaly = new AnomalyThresholds(null, null, null, null) }));
        Assert.Equal((Rung.Blocked, 45), ReactionLadder.Next(Rung.Normal, Policy with { OnAnomaly = new AnomalyThresholds(null, null, null, 45) }));
    }

    [Fact]
    public void The_next_rung_is_where_the_score_is_redirected_to()
    {
        Assert.Equal((Rung.Suspended, 10), ReactionLadder.Next(Rung.Normal, Redirected(Rung.Reported, Rung.Suspended)));
        // The lowest score that leads further does, also when it is below that of the present rung.
        Assert.Equal((Rung.Suspended, 10), ReactionLadder.Next(Rung.Restricted, Redirected(Rung.Reported, Rung.Suspended)));
        Assert.Equal((Rung.Restricted, 20), ReactionLadder.Next(Rung.Normal, Redirected(Rung.Reported, Rung.Normal)));
        Assert.Equal((Rung.Restricted, 20), ReactionLadder.Next(Rung.Reported, Redirected(Rung.Suspended, Rung.Blocked) with { Highest = Rung.Restricted }));
    }

    [Fact]
    public void Each_rung_lasts_as_long_as_the_policy_says()
    {
        Assert.Equal(
            [TimeSpan.Zero, TimeSpan.FromHours(20), TimeSpan.FromHours(10), TimeSpan.FromHours(2), TimeSpan.FromHours(30)],
            Enum.GetValues<Rung>().Select(rung => ReactionLadder.Duration(rung, Policy))
        );
    }

    [Theory]
    [InlineData(Rung.Normal, Rung.Normal)]
    [InlineData(Rung.Reported, Rung.Normal)]
    [InlineData(Rung.Restricted, Rung.Normal)]
    [InlineData(Rung.Suspended, Rung.Restricted)]
    [InlineData(Rung.Blocked, Rung.Restricted)]
    public void Locks_end_on_probation_and_milder_rungs_in_peace(Rung rung, Rung below) => Assert.Equal(below, ReactionLadder.Below(rung, Policy));

    [Theory]
    [InlineData(Rung.Suspended, Rung.Reported, Rung.Reported)]
    [InlineData(Rung.Suspended, Rung.Normal, Rung.Normal)]
    [InlineData(Rung.Suspended, Rung.Suspended, Rung.Normal)]
    [InlineData(Rung.Suspended, Rung.Blocked, Rung.Normal)]
    [InlineData(Rung.Blocked, Rung.Suspended, Rung.Suspended)]
    [InlineData(Rung.Restricted, Rung.Reported, Rung.Normal)]
    public void A_probation_that_is_redirected_leads_down_or_is_none(Rung rung, Rung redirected, Rung below) =>
        Assert.Equal(below, ReactionLadder.Below(rung, Redirected(Rung.Restricted, redirected)));

    [Theory]
    [InlineData(Rung.Reported, 20)]
    [InlineData(Rung.Restricted, 10)]
    public void Meeting_a_trigger_again_is_worth_recording_when_it_adds_a_tenth_of_the_rungs_duration(Rung rung, int hours)
    {
        var began = At.ToUnixTimeMilliseconds();
        var state = ReactionState.Normal with { Rung = rung, Since = began, Until = began + hours * 3_600_000L };
        var tenth = hours * 360_000L;
        Assert.False(ReactionLadder.WorthProlonging(state, began, Policy));
        Assert.False(ReactionLadder.WorthProlonging(state, began + tenth - 1, Policy));
        Assert.True(ReactionLadder.WorthProlonging(state, began + tenth, Policy));
        Assert.True(ReactionLadder.WorthProlonging(state, began + 5 * tenth, Policy));
    }

    [Fact]
    public void What_adds_nothing_is_never_worth_recording_however_short_the_rung()
    {
        var until = At.ToUnixTimeMilliseconds();
        var state = ReactionState.Normal with { Rung = Rung.Reported, Since = until, Until = until };
        Assert.False(ReactionLadder.WorthProlonging(state, until, Policy with { ReportFor = TimeSpan.Zero }));
        Assert.True(ReactionLadder.WorthProlonging(state, until + 1, Policy with { ReportFor = TimeSpan.Zero }));
    }

    [Fact]
    public void A_normal_account_is_so_without_end_and_every_other_rung_ends()
    {
        Assert.Null(ReactionState.Normal.UntilTime);
        Assert.Equal(At, (ReactionState.Normal with { Rung = Rung.Reported, Until = At.ToUnixTimeMilliseconds() }).UntilTime);
    }

    private static AnomalyThresholds Without(Rung rung) =>
        new(
            rung == Rung.Reported ? null : Thresholds.Reported,
            rung == Rung.Restricted ? null : Thresholds.Restricted,
            rung == Rung.Suspended ? null : Thresholds.Suspended,
            rung == Rung.Blocked ? null : Thresholds.Blocked
        );
}
