using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>A site owner rules the own site, and nothing else exists for them.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class SiteOwnerTests(StoryGuard story)
{
    [Fact(DisplayName = "A site owner sets a country rule and a quota, sees what they would have done, saves them and takes them back")]
    public async Task Rules()
    {
        var page = await story.OwnerAsync();
        await story.Guard.GoAsync(page, "/policy/example.net?part=services", "Policy of example.net");
        await page.GetByLabel("Service").SelectOptionAsync("imap");
        var allowed = page.GetByRole(AriaRole.Group, new() { Name = "Allowed from" });
        await allowed.GetByLabel("Country, region, continent or network").FillAsync("Atlantis");
        await allowed.GetByRole(AriaRole.Button, new() { Name = "Add to: Allowed from" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Atlantis" }).First).ToBeVisibleAsync();
        await allowed.GetByRole(AriaRole.Button, new() { Name = "Remove Atlantis" }).ClickAsync();
        // Who names a place no longer means everywhere.
        await Assertions.Expect(allowed.GetByRole(AriaRole.Button, new() { Name = "Remove everywhere" })).ToHaveCountAsync(0);
        await allowed.GetByLabel("Country, region, continent or network").FillAsync("Japan");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "Quotas" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a quota" }).ClickAsync();
        await page.GetByLabel("At most").Last.FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it would have done" }).ClickAsync();
        var result = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Accounts looked at" });
        await Assertions.Expect(result).ToContainTextAsync("treated more strictly");
        await ConsoleBrowser.KeepAsync(page, "what-if");
        await page.GetByLabel("Why").FillAsync("only Japan");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved; active accounts")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Assertions.Expect(page.GetByText("only Japan")).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "policy-history-owner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo the change" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Undone")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "A site owner sees no other site: not on a page, not by a guessed address, not by the API")]
    public async Task Nothing_else()
    {
        var page = await story.OwnerAsync();
        await story.Guard.GoAsync(page, "/accounts", "Accounts");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "marie@example.net" })).ToBeVisibleAsync();
        Assert.DoesNotContain("example.com", await page.Locator("#content").InnerTextAsync(), StringComparison.Ordinal);
        await story.Guard.GoAsync(page, "/sites", "Sites");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "example.net" })).ToBeVisibleAsync();
        Assert.DoesNotContain("example.com", await page.Locator("#content").InnerTextAsync(), StringComparison.Ordinal);
        foreach (
            var (path, heading) in new[]
            {
                ("/accounts/info%40example.com", "info@example.com"),
                ("/sites/example.com", "example.com"),
                ("/policy/example.com", "Policy of example.com"),
                ("/policy/example.net/info%40example.com", "Policy of info@example.com"),
            }
        )
        {
            await story.Guard.GoAsync(page, path, heading);
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is nothing of that name");
        }
        await page.GotoAsync(new Uri(story.Guard.Address, "/people").ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Not allowed" })).ToBeVisibleAsync();
        await story.Guard.GoAsync(page, "/audit", "Audit");
        Assert.DoesNotContain("root@example.com", await page.Locator("table").InnerTextAsync(), StringComparison.Ordinal);
        foreach (var path in new[] { "/api/v1/accounts/info%40example.com", "/api/v1/sites/example.com", "/api/v1/accounts/info%40example.com/timeline" })
        {
            var answer = await page.APIRequest.GetAsync(new Uri(story.Guard.Address, path).ToString());
            Assert.Equal(404, answer.Status);
        }
        var own = await page.APIRequest.GetAsync(new Uri(story.Guard.Address, "/api/v1/accounts").ToString());
        Assert.Equal(200, own.Status);
        Assert.DoesNotContain("example.com", await own.TextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
