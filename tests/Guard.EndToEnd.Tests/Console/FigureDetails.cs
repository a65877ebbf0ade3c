using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The figures that stand further down on pages: of one account, its incident, one address, a policy, what is exempt and what was not
/// understood.</summary>
internal static class FigureDetails
{
    /// <summary>How far it is to the next step, and since when countries and networks are usual.</summary>
    public static async Task AccountAsync(Figures figures, string name)
    {
        var page = figures.Page;
        var path = $"/api/v1/accounts/{Uri.EscapeDataString(name)}";
        var status = (await figures.AskAsync(path)).GetProperty("status");
        await figures.GoAsync($"/accounts/{Uri.EscapeDataString(name)}", name);
        if (status.TryGetProperty("nextRung", out var next) && next.ValueKind == JsonValueKind.String)
        {
            var (from, now) = (status.GetProperty("nextScore").GetDouble(), status.GetProperty("lastScore").GetDouble());
            await figures.HasAsync(
                page.GetByRole(AriaRole.Region, new() { Name = "State" }),
                $"{next.GetString()} from {Figures.Shown(from)} bits on; now {Figures.Shown(now)}",
                (long)from,
                (long)now
            );
        }
        var familiar = status.GetProperty("familiar").EnumerateArray().ToArray();
        await FamiliarAsync(figures, "countries", familiar.Where(item => Figures.Text(item, "kind") == "country"));
        await FamiliarAsync(
            figures,
            "networks",
            new[] { "network", "service", "probation", "hostile" }.SelectMany(kind => familiar.Where(item => Figures.Text(item, "kind") == kind).Take(12))
        );
    }

    private static async Task FamiliarAsync(Figures figures, string section, IEnumerable<JsonElement> items)
    {
        var expected = new List<string>();
        foreach (var item in items)
        {
            // Days fade: they are no whole number. What was never active is told with its moment.
            var days = item.GetProperty("days").GetDouble();
            figures.Count((long)days);
            expected.Add(
                days > 0 ? $"active days: {Figures.Shown(days)}," : $"{item.GetProperty("lastSeen").GetDateTimeOffset().ToLocalTime():yyyy-MM-dd HH:mm}"
            );
        }
        var shown = figures.Page.Locator($"section[aria-labelledby={section}] > ul.plain > li");
        await Assertions.Expect(shown).ToHaveCountAsync(expected.Count);
        if (expected.Count > 0)
            await Assertions.Expect(shown).ToContainTextAsync(expected);
    }

    /// <summary>What the latest incident's chart counts is what the time line has of that time.</summary>
    public static async Task AttackAsync(Figures figures, string name)
    {
        var account = Uri.EscapeDataString(name);
        var incident = (await figures.AskAsync($"/api/v1/incidents?open=all&limit=1&user={account}")).GetProperty("items").EnumerateArray().First();
        var from = incident.GetProperty("since").GetDateTimeOffset().AddMinutes(-10);
        var to =
            incident.TryGetProperty("ended", out var ended) && ended.ValueKind == JsonValueKind.String ? ended.GetDateTimeOffset() : DateTimeOffset.MaxValue;
        var entries = (await WholeTimelineAsync(figures, account))
            .Where(entry => entry.GetProperty("at").GetDateTimeOffset() is var at && at >= from && at <= to)
            .ToLookup(entry => Figures.Text(entry, "kind"));
        var used = entries["login"].Concat(entries["mail"]).ToLookup(entry => Figures.Text(entry, "judgement").Contains("refused", StringComparison.Ordinal));
        var (let, refused, blocks) = (used[false].Sum(Times), used[true].Sum(Times), entries["block"].Count());
        Assert.True(let + refused > 0, $"the time line of {name} has nothing of its incident");
        await figures.GoAsync($"/accounts/{account}", name);
        var attack = figures.Page.GetByRole(AriaRole.Region, new() { Name = "The latest incident over time" });
        await figures.HasAsync(attack, $"Logins and mails let through: {Figures.Shown(let)}", let);
        await figures.HasAsync(attack, $"refused: {Figures.Shown(refused)}", refused);
        await figures.HasAsync(attack, $"blocks ordered: {Figures.Shown(blocks)}", blocks);
    }

    /// <summary>Page by page, as the interface gives it.</summary>
    private static async Task<List<JsonElement>> WholeTimelineAsync(Figures figures, string account)
    {
        var entries = new List<JsonElement>();
        for (var before = ""; ;)
        {
            var page = await figures.AskAsync($"/api/v1/accounts/{account}/timeline?limit=1000{before}");
            entries.AddRange(page.GetProperty("entries").EnumerateArray());
            if (!page.TryGetProperty("olderFrom", out var older) || older.ValueKind != JsonValueKind.String)
                return entries;
            before = $"&before={Uri.EscapeDataString(older.GetString()!)}";
        }
    }

    /// <summary>What is counted against an address.</summary>
    public static async Task AddressAsync(Figures figures, string address)
    {
        var detail = await figures.AskAsync($"/api/v1/addresses?network={address}");
        await figures.GoAsync($"/addresses/{address}", address);
        var attempts = detail.GetProperty("attempts");
        await figures.IsAsync(Fact("Names tried within a day"), attempts.GetProperty("names").GetInt64());
        await figures.IsAsync(Fact("Accounts at home in its network"), attempts.GetProperty("atHome").GetInt64());
        var offences = detail.GetProperty("offences").GetInt64();
        if (offences > 0)
            await figures.IsAsync(Fact("Times blocked before"), offences);
        else
            await Assertions.Expect(Fact("Times blocked before")).ToHaveCountAsync(0);

        ILocator Fact(string label) => figures.Page.Locator($"#content dl.facts dt:text-is('{label}') + dd");
    }

    public static async Task SiteAsync(Figures figures, string name)
    {
        var site = await figures.AskAsync($"/api/v1/sites/{name}");
        await figures.GoAsync($"/sites/{name}", name);
        await figures.IsAsync(figures.Tile("active now"), site.GetProperty("status").GetProperty("holders").GetInt64());
    }

    /// <summary>The quotas of a policy, in the fields that change them.</summary>
    public static async Task QuotasAsync(Figures figures, string site)
    {
        var quotas = (await figures.AskAsync($"/api/v1/policies/sites/{site}")).GetProperty("effective").GetProperty("quotas").EnumerateArray().ToArray();
        Assert.NotEmpty(quotas);
        await figures.GoAsync($"/policy/{site}?part=quotas", $"Policy of {site}");
        var rows = figures.Page.Locator("table.quotas tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(quotas.Length);
        for (var index = 0; index < quotas.Length; index++)
        {
            var quota = quotas[index];
            var (amount, per) = (rows.Nth(index).GetByLabel("At most", new() { Exact = true }), rows.Nth(index).GetByLabel("Per", new() { Exact = true }));
            var unit = await rows.Nth(index).GetByLabel("What", new() { Exact = true }).InputValueAsync();
            var most = quota.GetProperty(unit).GetInt64();
            figures.Count(most);
            await Assertions.Expect(amount).ToHaveValueAsync(most.ToString(CultureInfo.InvariantCulture));
            await Assertions.Expect(per).ToHaveValueAsync(Figures.Text(quota, "per"));
        }
    }

    /// <summary>Networks that are never blocked.</summary>
    public static async Task ExemptAsync(Figures figures)
    {
        var networks = (await figures.AskAsync("/api/v1/exempt-networks")).EnumerateArray().Select(row => Figures.Text(row, "network")).ToArray();
        await figures.GoAsync("/blocks", "Blocks and locks");
        var exempt = figures.Page.Locator("section[aria-labelledby=exempt]");
        await figures.HasAsync(exempt.Locator("caption"), $"Networks: {Figures.Shown(networks.Length)}", networks.Length);
        await Assertions.Expect(exempt.Locator("tbody tr")).ToHaveCountAsync(networks.Length);
        foreach (var network in networks)
            await Assertions.Expect(exempt.Locator("tbody tr").Filter(new() { HasText = network }).First).ToBeVisibleAsync();
    }

    /// <summary>Shapes of lines that were not understood, with how often each was seen.</summary>
    public static async Task UnknownAsync(Figures figures)
    {
        var seen = (await figures.AskAsync("/api/v1/work")).GetProperty("unknown").EnumerateArray().ToArray();
        await figures.GoAsync("/health", "Health");
        var unknown = figures.Page.Locator("#unknown");
        await Assertions.Expect(unknown.Locator("table, p.good").First).ToBeVisibleAsync();
        var rows = unknown.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(seen.Length);
        for (var index = 0; index < seen.Length; index++)
        {
            await figures.IsAsync(rows.Nth(index).Locator("td.number"), seen[index].GetProperty("count").GetInt64());
            await Assertions.Expect(rows.Nth(index).Locator("code")).ToContainTextAsync(Figures.Text(seen[index], "shape"));
        }
    }

    /// <summary>Who is signed in reads browser and system in words.</summary>
    public static async Task SignInAsync(Figures figures)
    {
        await figures.GoAsync("/me", "My sign-in");
        await Assertions.Expect(figures.Page.Locator("section[aria-labelledby=who] ul.plain > li").First).ToContainTextAsync("Chrome on Linux");
    }

    /// <summary>The page of whoever owns a mailbox: sign-ins, mails and what was stopped, of each day and country.</summary>
    public static async Task MailboxAsync(Figures figures, string name)
    {
        var path = $"/api/v1/accounts/{Uri.EscapeDataString(name)}/timeline";
        var all = (await figures.AskAsync($"{path}?limit=1000"))
            .GetProperty("entries")
            .EnumerateArray()
            .Where(entry => Figures.Text(entry, "judgement").Length == 0);
        var notable = (await figures.AskAsync($"{path}?notable=true"))
            .GetProperty("entries")
            .EnumerateArray()
            .Where(entry => Figures.Text(entry, "judgement").Length > 0);
        var expected = all.Concat(notable)
            .Where(entry => Figures.Text(entry, "kind") is "login" or "mail" && Figures.Text(entry, "address").Length > 0)
            .GroupBy(entry =>
                (entry.GetProperty("at").GetDateTimeOffset().UtcDateTime.Date, Figures.Text(entry, "country"), Figures.Text(entry, "judgement").Length > 0)
            )
            .OrderByDescending(group => group.Max(entry => entry.GetProperty("at").GetDateTimeOffset()))
            .Take(8)
            .Select(group => Told(figures, group))
            .ToArray();
        Assert.NotEmpty(expected);
        await figures.GoAsync("/", "My mailbox");
        await Assertions.Expect(figures.Page.Locator("ul.uses > li > .small")).ToContainTextAsync(expected);
    }

    private static string Told(Figures figures, IEnumerable<JsonElement> entries)
    {
        var refused = entries.ToLookup(entry => Figures.Text(entry, "judgement").Contains("refused", StringComparison.Ordinal));
        (string Words, long Count)[] parts =
        [
            ("Sign-ins", refused[false].Where(entry => Figures.Text(entry, "kind") == "login").Sum(Times)),
            ("Mails sent", refused[false].Where(entry => Figures.Text(entry, "kind") == "mail").Sum(Times)),
            ("Stopped", refused[true].Sum(Times)),
        ];
        foreach (var part in parts)
            figures.Count(part.Count);
        return string.Join(" · ", parts.Where(part => part.Count > 0).Select(part => $"{part.Words}: {Figures.Shown(part.Count)}"));
    }

    private static long Times(JsonElement entry) => entry.GetProperty("times").GetInt64();
}
