using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Charts;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class AttackBinsSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_let_through_refused_and_blocked_is_told_minute_by_minute_without_gaps()
    {
        var bins = AttackBins.Of(
            [
                Entry(0, TimelineKind.Login),
                Entry(0, TimelineKind.Mail) with
                {
                    Times = 3,
                },
                Entry(3, TimelineKind.Mail, "refused, strange"),
                Entry(3, TimelineKind.Block),
                Entry(3, TimelineKind.FailedLogin),
                Entry(3, TimelineKind.Reaction),
            ],
            Start,
            Start.AddHours(1)
        );
        Assert.Equal([new(Start, 4, 0, 0), new(Start.AddMinutes(1), 0, 0, 0), new(Start.AddMinutes(2), 0, 0, 0), new(Start.AddMinutes(3), 0, 1, 1)], bins);
    }

    [Theory]
    [InlineData(59, 60)]
    [InlineData(600, 60)]
    [InlineData(44_640, 60)]
    public void However_long_it_takes_there_are_few_bins_and_nothing_is_lost(int minutes, int most)
    {
        var entries = Enumerable.Range(0, minutes + 1).Select(minute => Entry(minute, TimelineKind.Mail)).ToList();
        var bins = AttackBins.Of(entries, Start, Start.AddMinutes(minutes));
        Assert.InRange(bins.Count, 1, most + 1);
        Assert.Equal(entries.Count, bins.Sum(bin => bin.Let));
    }

    [Fact]
    public void What_lies_outside_the_incident_is_left_out() =>
        Assert.Empty(AttackBins.Of([Entry(-1, TimelineKind.Mail), Entry(61, TimelineKind.Mail)], Start, Start.AddHours(1)));

    private static TimelineEntry Entry(int minute, TimelineKind kind, string judgement = "") =>
        new(Start.AddMinutes(minute), kind, "", "192.0.2.1", "GB", 0, 0, judgement, null, []);
}
