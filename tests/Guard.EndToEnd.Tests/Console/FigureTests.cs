using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The figures that pages show are those that the API tells.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FigureTests(StoryGuard story)
{
    [Fact(DisplayName = "Counts, rates, the map's list, an account's and a site's figures on the pages are those of the API")]
    public async Task Figures()
    {
        var page = await story.AdminAsync();

        await PageTests.SettledAsync(story, page, "/", "Now");
        var rates = (await AskAsync(page, "/api/v1/rates?back=1h")).EnumerateArray().ToArray();
        foreach (var (label, field) in new[] { ("logins", "logins"), ("mails", "mails"), ("refused", "refused") })
            await Assertions.Expect(Tile(page, label)).ToHaveTextAsync(Shown(rates.Sum(point => point.GetProperty(field).GetInt64())));
        await page.GetByText("The same as a list").ClickAsync();
        var blocked = (await AskAsync(page, "/api/v1/blocks?limit=1000"))
            .GetProperty("items")
            .EnumerateArray()
            .ToLookup(row => Text(row, "country"), row => Text(row, "network"));
        foreach (var country in (await AskAsync(page, "/api/v1/map?back=1d")).EnumerateArray())
        {
            var row = page.GetByRole(AriaRole.Region, new() { Name = "The same as a list" })
                .Locator("tbody tr")
                .Filter(new() { Has = page.Locator($"a[href$='country={Text(country, "country").ToLowerInvariant()}']") });
            var cells = new[] { "logins", "failures", "mails" }.Select(field => Shown(country.GetProperty(field).GetInt64()));
            await Assertions.Expect(row.Locator("td.number")).ToHaveTextAsync([.. cells, Shown(blocked[Text(country, "country")].Distinct().Count())]);
        }

        foreach (
            var (path, heading, words, api) in new[]
            {
                ("/incidents?state=all", "Incidents", "Incidents", "/api/v1/incidents?open=all&limit=1"),
                ("/accounts", "Accounts", "Accounts", "/api/v1/accounts?limit=1"),
                ("/sites", "Sites", "Sites", "/api/v1/sites?limit=1"),
                ("/blocks", "Blocks and locks", "Blocks", "/api/v1/blocks?limit=1"),
                ("/blocks", "Blocks and locks", "Locks", "/api/v1/locks?limit=1"),
            }
        )
        {
            await PageTests.SettledAsync(story, page, path, heading);
            var total = (await AskAsync(page, api)).GetProperty("total").GetInt64();
            await Assertions.Expect(page.Locator("#content").GetByText($"{words}: {Shown(total)}", new() { Exact = true })).ToBeVisibleAsync();
        }

        // The strip's, on any page.
        var summary = await AskAsync(page, "/api/v1/summary");
        var strip = page.GetByRole(AriaRole.Complementary);
        await Assertions.Expect(strip).ToContainTextAsync($"Blocks: {Shown(summary.GetProperty("blocks").GetInt64())}");
        foreach (var count in summary.GetProperty("incidents").EnumerateArray())
            await Assertions.Expect(strip).ToContainTextAsync($"{Shown(count.GetProperty("count").GetInt64())} {Text(count, "rung")}");

        var account = (await AskAsync(page, "/api/v1/accounts/info%40example.com")).GetProperty("status");
        await PageTests.SettledAsync(story, page, "/accounts/info%40example.com", "info@example.com");
        foreach (var quota in account.GetProperty("quotas").EnumerateArray())
        {
            var (used, limit) = (quota.GetProperty("used").GetInt64(), quota.GetProperty("limit").GetInt64());
            await Assertions
                .Expect(page.GetByRole(AriaRole.Meter).And(page.Locator($"[aria-valuemax='{limit.ToString(CultureInfo.InvariantCulture)}']")).First)
                .ToHaveAttributeAsync("aria-valuenow", Math.Min(used, limit).ToString(CultureInfo.InvariantCulture));
        }

        var site = (await AskAsync(page, "/api/v1/sites/example.com")).GetProperty("row");
        await PageTests.SettledAsync(story, page, "/sites/example.com", "example.com");
        await Assertions.Expect(Tile(page, "Accounts")).ToHaveTextAsync(Shown(site.GetProperty("accounts").GetInt64()));
        await Assertions.Expect(Tile(page, "Above normal")).ToHaveTextAsync(Shown(site.GetProperty("aboveNormal").GetInt64()));
        await page.Context.CloseAsync();
    }

    private static ILocator Tile(IPage page, string label) =>
        page.Locator(".tile").Filter(new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator("strong");

    private async Task<JsonElement> AskAsync(IPage page, string path)
    {
        var answer = await page.APIRequest.GetAsync(new Uri(story.Guard.Address, path).ToString());
        Assert.True(answer.Ok, $"{path}: {answer.Status}");
        return JsonElement.Parse(await answer.TextAsync());
    }

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString() ?? "";

    private static string Shown(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
