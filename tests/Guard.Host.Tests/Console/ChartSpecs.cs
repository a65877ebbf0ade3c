using System.Collections.Immutable;
using Bunit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Charts;
using Guard.Host.Web.Policies;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Pictures say in words what they show.</summary>
public sealed class ChartSpecs
{
    [Fact]
    public async Task A_quota_tells_what_is_left()
    {
        await using var pages = new Pages(AccessScope.Nobody);
        var bar = pages.Render<QuotaBar>(part =>
            part.Add(quota => quota.Name, "500 recipients per day").Add(quota => quota.Used, 120).Add(quota => quota.Limit, 500)
        );
        Assert.Contains("380 of 500 left", bar.Markup, StringComparison.Ordinal);
        Assert.Equal("120", bar.Find("[role=meter]").GetAttribute("aria-valuenow"));
        Assert.Contains("width:24%", bar.Find(".fill").GetAttribute("style"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hours_of_a_week_are_told_in_a_sentence()
    {
        await using var pages = new Pages(AccessScope.Nobody);
        var week = new byte[168];
        week[24 + 9] = 7;
        week[24 + 10] = 3;
        var map = pages.Render<WeekMap>(part => part.Add(picture => picture.Week, [.. week]));
        Assert.Equal(168, map.FindAll("rect").Count);
        Assert.Equal("Active in 2 of 168 hours of the week, most often on Tue at 9 h (7 of 8 weeks).", map.Find("svg").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Days_above_the_expected_band_are_counted_and_marked()
    {
        await using var pages = new Pages(AccessScope.Nobody);
        var days = Enumerable.Range(0, 10).Select(day => new DayValue(new DateOnly(2026, 3, 1).AddDays(day), day == 7 ? 900 : 10)).ToList();
        var chart = pages.Render<DayBandChart>(part =>
            part.Add(picture => picture.Name, "Recipients")
                .Add(picture => picture.Days, days)
                .Add(picture => picture.Low, 2)
                .Add(picture => picture.Usual, 9)
                .Add(picture => picture.High, 30)
        );
        Assert.Contains("the most were 900 on 2026-03-08; 1 day lies above", chart.Markup, StringComparison.Ordinal);
        Assert.Single(chart.FindAll("rect"), bar => bar.GetAttribute("style")!.Contains("--suspended", StringComparison.Ordinal));
    }

    [Fact]
    public void The_map_knows_nearly_every_country_by_its_code()
    {
        var known = Guard.Actors.Policies.Geography.Countries.All.Select(country => country.Code).ToHashSet();
        Assert.All(WorldShapes.All, shape => Assert.Contains(shape.Code, known));
        Assert.True(WorldShapes.All.Length > 220, $"only {WorldShapes.All.Length} countries");
        Assert.All(WorldShapes.All, shape => Assert.StartsWith("M", shape.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_place_is_added_by_its_name_and_removed_by_its_button()
    {
        await using var pages = new Pages(AccessScope.Nobody);
        pages.Services.Add(new(typeof(IListImport), new NoImport()));
        ImmutableArray<string> words = ["GB"];
        var list = pages.Render<PlaceList>(part =>
            part.Add(places => places.Label, "Usual")
                .Add(places => places.Words, words)
                .Add(places => places.Choices, PlaceChoice.All())
                .Add(places => places.Changed, changed => words = changed)
        );
        list.Find("input[list]").Input("japan");
        list.Find("input[list]").KeyDown("Enter");
        Assert.Equal(["GB", "JP"], words);
        list.Find("button[aria-label='Remove United Kingdom']").Click();
        // The part shows what it was given: GB alone, and GB was taken out.
        Assert.Empty(words);
        list.Find("input[list]").Input("192.0.2.0/24, 154");
        list.Find("input[list]").KeyDown("Enter");
        Assert.Contains("192.0.2.0/24", words);
        Assert.Contains("154", words);
    }

    private sealed class NoImport : IListImport
    {
        public ImportedList Read(ImportKind kind, string text) => new([], []);
    }
}
