using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>From "something is wrong" to who, from where, and what was done about it, with clicks counted.</summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class InvestigationTests(StoryGuard story)
{
    private const string Victim = "info@example.com";

    [Fact(
        DisplayName = "The worst incident is one click away on every page; filters stand in the address, the way back leads to them, and the file holds the same"
    )]
    public async Task Incidents()
    {
        var page = await story.AdminAsync();
        await PageTests.SettledAsync(story, page, "/audit", "Audit");
        await page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Link).Filter(new() { HasText = "blocked" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Incidents", Level = 1 })).ToBeVisibleAsync();
        Assert.Contains("rung=blocked", page.Url, StringComparison.Ordinal);
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = Victim });
        await Assertions.Expect(row.GetByRole(AriaRole.Cell).Nth(2)).Not.ToBeEmptyAsync();

        // Each filter is one choice, and stands in the address.
        await page.GetByLabel("Search").FillAsync("nobody-of-that-name");
        await page.GetByLabel("Search").PressAsync("Enter");
        await Assertions.Expect(page.GetByText("No incident matches")).ToBeVisibleAsync();
        Assert.Contains("search=nobody-of-that-name", page.Url, StringComparison.Ordinal);
        await page.GoBackAsync();
        await Assertions.Expect(row).ToBeVisibleAsync();
        await page.GetByLabel("Show").SelectOptionAsync("all");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("state=all"));
        await row.GetByRole(AriaRole.Link, new() { Name = Victim }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = Victim, Level = 1 })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Assertions.Expect(page.GetByLabel("Show")).ToHaveValueAsync("all");
        await Assertions.Expect(row).ToBeVisibleAsync();

        // What is shown is what the API counts, and the file has the same rows.
        var link = await page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).GetAttributeAsync("href");
        var csv = await (await page.APIRequest.GetAsync(new Uri(story.Guard.Address, link!).ToString())).TextAsync();
        var rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(rows.Skip(1), line => Assert.Contains(",blocked,", line, StringComparison.Ordinal));
        await Assertions.Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = $"Incidents: {rows.Length - 1}" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "On a phone each incident is a card with its names beside the values")]
    public async Task Incidents_on_a_phone()
    {
        var page = await story.AdminAsync(390, 844);
        await PageTests.SettledAsync(story, page, "/incidents", "Incidents");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = Victim });
        await Assertions.Expect(row).ToBeVisibleAsync();
        Assert.Equal("block", await row.EvaluateAsync<string>("row => getComputedStyle(row).display"));
        await page.Context.CloseAsync();
    }

    [Fact(
        DisplayName = "From a card to its address in one click; blocked there in two, lifted in two; an incident is released from the list in two; a stay is announced in one"
    )]
    public async Task Address()
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard(
            """enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }"""
        );
        await guard.SetUpAsync(page);
        guard.TellStory();
        var card = page.GetByRole(AriaRole.Article, new() { Name = Victim });
        await Assertions.Expect(card).ToBeVisibleAsync();

        // The live view lets the address change as long as the story goes on.
        await guard.GoAsync(page, "/incidents", "Incidents");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = Victim });
        await Assertions.Expect(row.Locator("a.address")).ToBeVisibleAsync();
        var address = await row.Locator("a.address").InnerTextAsync();
        await row.Locator("a.address").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = address, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Victim })).ToBeVisibleAsync();

        // Lifted in two clicks where it stands, blocked in two.
        var dialog = page.GetByRole(AriaRole.Dialog);
        var (blocked, free) = (page.GetByText("Blocked now:"), page.GetByText("Not blocked now"));
        await Assertions.Expect(blocked.Or(free)).ToBeVisibleAsync();
        var lift = page.GetByRole(AriaRole.Button, new() { NameRegex = LiftName() });
        for (var standing = await lift.CountAsync(); standing > 0; standing--)
        {
            await lift.First.ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Lift" }).ClickAsync();
            await Assertions.Expect(lift).ToHaveCountAsync(standing - 1);
        }
        await Assertions.Expect(free).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Block {address}", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"Block {address}" }).ClickAsync();
        await Assertions.Expect(blocked).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("blocked by hand").First).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "address-blocked");
        await lift.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Lift" }).ClickAsync();
        await Assertions.Expect(free).ToBeVisibleAsync();

        await page.GoBackAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);

        // It was a stay abroad: announced with one click besides what is typed, taken back in two.
        await guard.GoAsync(page, "/accounts/info%40example.com", Victim);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Places" }).FillAsync("ES");
        await page.GetByRole(AriaRole.Button, new() { Name = "Announce it" }).ClickAsync();
        var announced = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Take back" });
        await Assertions.Expect(announced).ToContainTextAsync("ES");
        await ConsoleBrowser.KeepAsync(page, "account-announced");
        await announced.GetByRole(AriaRole.Button).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nothing is announced")).ToBeVisibleAsync();
        browser.ExpectNoFaults();
    }

    [Fact(DisplayName = "A site owner sees of an address only the own accounts, and can do nothing to it")]
    public async Task Of_an_owner()
    {
        var page = await story.OwnerAsync();
        await story.Guard.GoAsync(page, "/addresses/178.93.211.0/24", "178.93.211.0/24");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Accounts that used it" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#content")).Not.ToContainTextAsync($"@{StoryGuard.OtherSite}");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = BlockName() })).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [GeneratedRegex("^Lift the block of")]
    private static partial Regex LiftName();

    [GeneratedRegex("^Block ")]
    private static partial Regex BlockName();
}
