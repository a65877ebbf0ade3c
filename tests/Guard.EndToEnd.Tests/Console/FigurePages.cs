using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The figures of each page, one after the other.</summary>
internal static class FigurePages
{
    public static async Task NowAsync(Figures figures)
    {
        var page = figures.Page;
        await figures.GoAsync("/", "Now");
        var rates = (await figures.AskAsync("/api/v1/rates?back=1h")).EnumerateArray().ToArray();
        foreach (var label in new[] { "logins", "mails", "refused" })
            await figures.IsAsync(figures.Tile(label), rates.Sum(point => point.GetProperty(label).GetInt64()));
        await page.GetByText("The same as a list").ClickAsync();
        var blocked = (await figures.AskAsync("/api/v1/blocks?limit=1000"))
            .GetProperty("items")
            .EnumerateArray()
            .ToLookup(row => Figures.Text(row, "country"), row => Figures.Text(row, "network"));
        foreach (var country in (await figures.AskAsync("/api/v1/map?back=1d")).EnumerateArray())
        {
            var code = Figures.Text(country, "country");
            var row = page.GetByRole(AriaRole.Region, new() { Name = "The same as a list" })
                .Locator("tbody tr")
                .Filter(new() { Has = page.Locator($"a[href$='country={code.ToLowerInvariant()}']") });
            long[] numbers =
            [
                .. new[] { "logins", "failures", "mails" }.Select(field => country.GetProperty(field).GetInt64()),
                blocked[code].Distinct().Count(),
            ];
            foreach (var number in numbers)
                figures.Count(number);
            await Assertions.Expect(row.Locator("td.number")).ToHaveTextAsync([.. numbers.Select(Figures.Shown)]);
        }
    }

    /// <summary>The strip's, on any page.</summary>
    public static async Task StripAsync(Figures figures)
    {
        var summary = await figures.AskAsync("/api/v1/summary");
        var strip = figures.Page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });
        var blocks = summary.GetProperty("blocks").GetInt64();
        await figures.HasAsync(strip, $"Blocks: {Figures.Shown(blocks)}", blocks);
        foreach (var count in summary.GetProperty("incidents").EnumerateArray())
        {
            var number = count.GetProperty("count").GetInt64();
            await figures.HasAsync(strip, $"{Figures.Shown(number)} {Figures.Text(count, "rung")}", number);
        }
    }

    public static async Task TotalsAsync(Figures figures)
    {
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
            await figures.GoAsync(path, heading);
            var total = (await figures.AskAsync(api)).GetProperty("total").GetInt64();
            figures.Count(total);
            await Assertions.Expect(figures.Page.Locator("#content").GetByText($"{words}: {Figures.Shown(total)}", new() { Exact = true })).ToBeVisibleAsync();
        }
    }

    public static async Task ListsAsync(Figures figures)
    {
        var content = figures.Page.Locator("#content");
        await figures.GoAsync("/accounts", "Accounts");
        await figures.RowsAsync(
            content,
            Items(await figures.AskAsync("/api/v1/accounts?sort=risk&descending=true&limit=1000")),
            row => Figures.Text(row, "user"),
            row => [Number(row, "logins"), Number(row, "sentToday")]
        );
        await figures.GoAsync("/sites", "Sites");
        await figures.RowsAsync(
            content,
            Items(await figures.AskAsync("/api/v1/sites?limit=1000")),
            row => Figures.Text(row, "site"),
            row => [Number(row, "accounts"), Number(row, "aboveNormal")]
        );
        await figures.GoAsync("/incidents?state=all", "Incidents");
        await figures.RowsAsync(
            content.GetByRole(AriaRole.Table),
            Items(await figures.AskAsync("/api/v1/incidents?open=all&limit=1000")).DistinctBy(row => Figures.Text(row, "user")),
            row => Figures.Text(row, "user"),
            row => [$"{Number(row, "mails")} / {Number(row, "stopped")}"]
        );
    }

    public static async Task AccountAsync(Figures figures, string name)
    {
        var page = figures.Page;
        var detail = await figures.AskAsync($"/api/v1/accounts/{Uri.EscapeDataString(name)}");
        var status = detail.GetProperty("status");
        await figures.GoAsync($"/accounts/{Uri.EscapeDataString(name)}", name);
        foreach (var quota in status.GetProperty("quotas").EnumerateArray())
        {
            var (used, limit) = (quota.GetProperty("used").GetInt64(), quota.GetProperty("limit").GetInt64());
            figures.Count(used);
            figures.Count(limit);
            await Assertions
                .Expect(page.GetByRole(AriaRole.Meter).And(page.Locator($"[aria-valuemax='{limit.ToString(CultureInfo.InvariantCulture)}']")).First)
                .ToHaveAttributeAsync("aria-valuenow", Math.Min(used, limit).ToString(CultureInfo.InvariantCulture));
        }
        // Days fade: they are no whole number.
        var known = status.GetProperty("activeDays").GetDouble();
        await figures.HasAsync(page.GetByRole(AriaRole.Region, new() { Name = "State" }), $"active days: {Figures.Shown(known)}", (long)known);
        var days = detail.GetProperty("days").EnumerateArray().Select(day => day.GetProperty("recipients").GetInt64()).ToArray();
        if (days.Length > 0)
            await figures.HasAsync(
                page.GetByRole(AriaRole.Region, new() { Name = "Recipients per day" }),
                $"the most were {Figures.Shown(days.Max())}",
                days.Max()
            );
    }

    public static async Task SiteAsync(Figures figures, string name)
    {
        var site = await figures.AskAsync($"/api/v1/sites/{name}");
        await figures.GoAsync($"/sites/{name}", name);
        await figures.IsAsync(figures.Tile("Accounts"), site.GetProperty("row").GetProperty("accounts").GetInt64());
        await figures.IsAsync(figures.Tile("Above normal"), site.GetProperty("row").GetProperty("aboveNormal").GetInt64());
    }

    public static async Task AddressAsync(Figures figures, string address)
    {
        var detail = await figures.AskAsync($"/api/v1/addresses?network={address}");
        await figures.GoAsync($"/addresses/{address}", address);
        var accounts = detail.GetProperty("accounts").EnumerateArray().ToArray();
        Assert.NotEmpty(accounts);
        await figures.RowsAsync(
            figures.Page.GetByRole(AriaRole.Table),
            accounts,
            row => Figures.Text(row, "user"),
            row => [.. new[] { "logins", "failures", "mails", "stopped", "strange" }.Select(field => Number(row, field))]
        );
        var facts = figures.Page.Locator("#content dl.facts");
        var attempts = detail.GetProperty("attempts");
        var (failures, network) = (attempts.GetProperty("failures").GetInt64(), attempts.GetProperty("networkFailures").GetInt64());
        await figures.HasAsync(facts, $"{Figures.Shown(failures)}, from its network {Figures.Shown(network)}", failures, network);
    }

    public static async Task AuditAsync(Figures figures)
    {
        await figures.GoAsync("/audit", "Audit");
        // Looking is not audited: the total stands still.
        var total = (await figures.AskAsync("/api/v1/audit?limit=1")).GetProperty("total").GetInt64();
        figures.Count(total);
        await Assertions.Expect(figures.Page.Locator("#content caption")).ToContainTextAsync(Figures.Shown(total));
    }

    /// <summary>What sources and ways of enforcement count; what goes on by itself is left out.</summary>
    public static async Task HealthAsync(Figures figures)
    {
        await figures.GoAsync("/health", "Health");
        foreach (var item in (await figures.AskAsync("/api/v1/status")).EnumerateArray())
        {
            var (area, name) = (Figures.Text(item, "area"), Figures.Text(item, "name"));
            var shown = figures.Page.Locator("#content section > ul > li").Filter(new() { HasText = name == area ? name : $"{area} {name}" }).First;
            await Assertions.Expect(shown).ToBeVisibleAsync();
            foreach (var fact in item.GetProperty("facts").EnumerateArray())
            {
                var key = Figures.Text(fact, "key");
                // Nothing that is wanted is not told.
                if (
                    Words.TryGetValue(key, out var words)
                    && long.TryParse(Figures.Text(fact, "value"), CultureInfo.InvariantCulture, out var value)
                    && (value > 0 || key != "wanted")
                )
                    await figures.HasAsync(shown, $"{words}: {Figures.Shown(value)}", value);
            }
        }
    }

    private static readonly Dictionary<string, string> Words = new()
    {
        ["lines"] = "Lines read",
        ["unparsed"] = "Not understood",
        ["wanted"] = "Wanted",
    };

    private static IEnumerable<JsonElement> Items(JsonElement answer) => answer.GetProperty("items").EnumerateArray();

    private static string Number(JsonElement row, string field) => Figures.Shown(row.GetProperty(field).GetInt64());
}
