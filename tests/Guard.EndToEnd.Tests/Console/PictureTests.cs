using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Charts and the map lead to the list, and moments are the reader's own.</summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class PictureTests(StoryGuard story)
{
    private const string Victim = "info@example.com";

    [Fact(DisplayName = "A press on the map, or on a part of the chart, leads to the incidents of that country or time")]
    public async Task Lead_to_the_list()
    {
        var page = await story.AdminAsync();
        await PageTests.SettledAsync(story, page, "/", "Now");
        await page.Locator("svg.map path[data-country=RO]").DispatchEventAsync("click");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Incidents", Level = 1 })).ToBeVisibleAsync();
        Assert.Contains("country=ro", page.Url, StringComparison.Ordinal);
        Assert.Contains("back=24h", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Country" })).ToHaveValueAsync("RO");

        await page.GoBackAsync();
        await page.Locator(".slices > i").Last.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Incidents", Level = 1 })).ToBeVisibleAsync();
        Assert.Contains("since=2026-04-14T14", page.Url, StringComparison.Ordinal);
        Assert.Contains("before=2026-04-14T14", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "Charts name what they count, per what and in whose time; moments are the reader's own, and the pointer is told UTC")]
    public async Task Units_and_times()
    {
        var page = await story.AdminAsync(timezone: "Asia/Tokyo");
        await PageTests.SettledAsync(story, page, "/", "Now");
        var chart = page.Locator("section[aria-labelledby=rates] figure");
        await Assertions.Expect(chart.Locator("figcaption")).ToContainTextAsync("per minute, your local time");
        foreach (var what in new[] { "logins:", "mails:", "failed logins:" })
            await Assertions.Expect(page.Locator("section[aria-labelledby=rates] .legend")).ToContainTextAsync(what);
        await Assertions.Expect(page.Locator("section[aria-labelledby=map] .legend")).ToContainTextAsync("networks from there are blocked now");

        var since = page.GetByRole(AriaRole.Article, new() { Name = Victim }).Locator("time").First;
        var utc = (await since.GetAttributeAsync("datetime"))!;
        var told = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);
        await Assertions.Expect(since).ToHaveTextAsync($"{told.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd HH:mm}");
        await Assertions.Expect(since).ToHaveAttributeAsync("title", $"{told:yyyy-MM-dd HH:mm} UTC");

        // No moment stands alone in UTC, neither in lists nor beside what was done.
        foreach (
            var (path, heading, first) in new[]
            {
                ("/addresses/178.93.211.97", "178.93.211.97", "table time"),
                ("/me", "My sign-in", "section[aria-labelledby=who] time"),
            }
        )
        {
            await PageTests.SettledAsync(story, page, path, heading);
            var time = page.Locator(first).First;
            var at = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
            await Assertions.Expect(time).ToHaveTextAsync($"{at.ToOffset(TimeSpan.FromHours(9)):yyyy-MM-dd HH:mm}");
        }

        await PageTests.SettledAsync(story, page, "/accounts/info%40example.com", Victim);
        var days = page.Locator("section[aria-labelledby=days]");
        await Assertions.Expect(days.Locator("figcaption")).ToContainTextAsync("Recipients a day (UTC)");
        await Assertions.Expect(days.Locator(".legend")).ToContainTextAsync("A usual day:");
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "Numbers and moments are written as the reader's language has them")]
    public async Task In_german()
    {
        var page = await story.AdminAsync(language: "de-DE", timezone: "Asia/Tokyo");
        await PageTests.SettledAsync(story, page, "/accounts", "Konten");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = Victim });
        var seen = row.Locator("time");
        var at = DateTimeOffset.Parse((await seen.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
        await Assertions.Expect(seen).ToHaveTextAsync($"{at.ToOffset(TimeSpan.FromHours(9)):dd.MM.yyyy HH:mm}");
        await Assertions.Expect(seen).ToHaveAttributeAsync("title", new Regex($"{Regex.Escape($"{at:dd.MM.yyyy HH:mm} UTC")}$"));
        await Assertions.Expect(row.Locator(".small")).ToHaveTextAsync(Bits());
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { NameRegex = Thousands() }).First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"^\s*\d+(,\d)? Bit$")]
    private static partial Regex Bits();

    [GeneratedRegex(@"^\d\.\d{3}$")]
    private static partial Regex Thousands();
}
