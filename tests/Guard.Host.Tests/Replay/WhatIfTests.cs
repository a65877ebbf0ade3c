using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Replay;

public sealed class WhatIfTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Place Home = new(NetworkAddress.Parse("86.130.4.5"), AddressKind.Public, "GB");

    private static Submission Mail(string user, int day, int recipients) =>
        new(new UserId(user), Start.AddDays(day), Home, ObservationOrigin.None, recipients, 1, "");

    private static PolicyBook Book(int limit) =>
        PolicyBook.Of(GuardPolicy.Default with { Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, limit)] });

    [Fact]
    public void Who_would_have_been_treated_differently_is_told_with_the_reason_and_others_are_not()
    {
        var comparison = new Comparison(Book(500), Book(40));
        for (var day = 0; day < 20; day++)
        {
            foreach (var observation in new[] { Mail("anna@example.com", day, 5), Mail("news@example.com", day, day == 10 ? 60 : 10) })
            {
                comparison.Before.Take(observation);
                comparison.After.Take(observation);
            }
        }
        var difference = Assert.Single(comparison.Differences());
        Assert.Equal(("news@example.com", Rung.Normal, Rung.Restricted), (difference.User.Value, difference.Before, difference.After));
        Assert.True(difference.StoppedAfter >= 1);
        Assert.Equal(0, difference.StoppedBefore);
        Assert.Contains("quota", difference.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_suggested_limit_fits_the_history_and_its_cost_is_counted_not_guessed()
    {
        var suggestions = new QuotaSuggestions(user => new SiteId(user.Domain));
        for (var day = 0; day < 300; day++)
        {
            suggestions.Take(Mail("anna@example.com", day, 30));
            suggestions.Take(Mail("bob@example.com", day, day == 150 ? 2000 : 20));
        }
        var site = Assert.Single(suggestions.Suggest());
        Assert.Equal((2, 2000, 30, 60), (site.Accounts, site.Busiest, site.Usual, site.UserLimit));
        Assert.Equal(75, site.SiteLimit);
        Assert.Equal(new LimitCost(60, 1, 1), site.Costs.Single(cost => cost.Limit == 60));
        Assert.Equal(new LimitCost(50, 1, 1), site.Costs.Single(cost => cost.Limit == 50));
    }
}
