using Guard.Actors.Behaviour;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>What the console draws of an account.</summary>
public sealed class PictureSpecs
{
    [Fact]
    public void The_week_begins_on_Monday_and_counts_weeks_not_uses()
    {
        var monday = new DateTimeOffset(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
        Assert.Equal(DayOfWeek.Monday, monday.DayOfWeek);
        var pattern = WeekPattern.Empty;
        for (var week = 0; week < 3; week++)
        {
            pattern = pattern.See(monday.AddDays(7 * week).ToUnixTimeSeconds());
            pattern = pattern.See(monday.AddDays(7 * week).AddMinutes(5).ToUnixTimeSeconds());
        }
        pattern = pattern.See(monday.AddDays(20).ToUnixTimeSeconds());
        var counts = pattern.Counts();
        Assert.Equal((3, 1), (counts[9], counts[6 * 24 + 9]));
        Assert.Equal(4, counts.Sum(count => count));
    }

    [Fact]
    public void An_expected_day_is_a_band_around_the_usual_that_narrows_with_what_is_known()
    {
        var rates = RateHistory.Empty;
        var unknown = rates.Quantile(2, 20, 0.01) / rates.Quantile(2, 20, 0.95);
        for (var day = 0; day < 200; day++)
            rates = rates.Add(day * 86400L + 40_000, 20, learn: true);
        var (low, high) = (rates.Quantile(2, 20, 0.95), rates.Quantile(2, 20, 0.01));
        Assert.InRange(rates.Usual(2, 20), low, high);
        Assert.True(high / low < unknown);
        Assert.Equal(0, rates.Quantile(2, 20, 1), 9);
    }

    [Fact]
    public void Week_and_bands_of_a_status_survive_the_wire()
    {
        var account = new Account().KnownFor(30);
        var status = UserDescription.Of(account.State, new SiteId("example.com"), GuardPolicy.Default, Rung.Normal, Account.Start.AddDays(31));
        Assert.Equal(168, status.Week.Length);
        Assert.Contains(status.Week, hour => hour > 0);
        Assert.Equal(["logins", "mails", "recipients"], status.Bands.Select(band => band.Measure));
        var contract = GuardManifests.All.Single(one => one.Type == typeof(UserStatus));
        var read = (UserStatus)contract.Read(Google.Protobuf.MessageExtensions.ToByteArray(contract.Write(status)));
        Assert.Equal(status.Week, read.Week);
        Assert.Equal(status.Bands, read.Bands);
    }
}
