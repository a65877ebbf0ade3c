using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

[Collection(ConsoleCollection.Name)]
public sealed class StoryTests
{
    [Fact(DisplayName = "From first-run set-up to the end of an incident: the founding story appears live, is understood from its card, released and absolved")]
    public async Task The_founding_story()
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard();

        var link = await guard.SetUpLinkAsync();

        // Without the link nobody gets in, and there is no password to guess.
        await page.GotoAsync(guard.Address.ToString());
        await Assertions.Expect(page.GetByText("Nobody administers this console yet")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(guard.Address, "/set-up?token=guessed").ToString());
        await Assertions.Expect(page.GetByText("This link does not work")).ToBeVisibleAsync();
        await page.GotoAsync(link);
        await ConsoleBrowser.KeepAsync(page, "set-up");
        await guard.SetUpAsync(page);
        await Assertions.Expect(page.GetByText("All is quiet")).ToBeVisibleAsync();

        // The page stays open; the daemons write.
        guard.TellStory();
        var card = page.GetByRole(AriaRole.Article, new() { Name = "info@example.com" });
        await Assertions.Expect(card).ToBeVisibleAsync();
        await Assertions.Expect(card).ToContainTextAsync("never seen in");
        await Assertions.Expect(card).ToContainTextAsync("Since");
        await ConsoleBrowser.KeepAsync(page, "story-live");

        // It stands above normal until somebody ends it.
        await card.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why").FillAsync("called the owner");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Assertions.Expect(page.GetByText("info@example.com: released")).ToBeVisibleAsync();
        await Assertions.Expect(card).ToHaveCountAsync(0);
        await guard.GoAsync(page, "/accounts/info%40example.com", "info@example.com");
        await Assertions.Expect(page.Locator("#state ~ .rung, .row.apart .rung").First).ToHaveTextAsync("normal");

        // Locked by hand, then absolved: that was the owner.
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Lock" }).ClickAsync();
        await Assertions.Expect(page.GetByText("info@example.com: locked")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        await Assertions.Expect(page.GetByText("learnt as usual").Last).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "story-account");

        // Who did what is in the audit.
        await guard.GoAsync(page, "/audit", "Audit");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "account.release" }).First).ToContainTextAsync("called the owner");
        await ConsoleBrowser.KeepAsync(page, "audit");

        // The link worked once.
        var stranger = await browser.OpenAsync();
        await stranger.GotoAsync(link);
        await Assertions.Expect(stranger.GetByText("This link does not work")).ToBeVisibleAsync();
    }
}
