using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

[Collection(ConsoleCollection.Name)]
public sealed class StoryTests
{
    [Theory(
        DisplayName = "From first-run set-up to the end of an incident: the founding story appears live, is understood from its card, released and absolved"
    )]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task The_founding_story(BrowserKind kind)
    {
        await using var browser = new ConsoleBrowser(kind);
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard();

        var link = await guard.SetUpLinkAsync();

        // Without the link nobody gets in, and there is no password to guess.
        await page.GotoAsync(guard.Address.ToString());
        await Assertions.Expect(page.GetByText("Nobody administers this console yet")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(guard.Address, "/set-up?token=guessed").ToString());
        await Assertions.Expect(page.GetByText("This link is not valid")).ToBeVisibleAsync();
        await page.GotoAsync(link);
        await ConsoleBrowser.KeepAsync(page, Named("set-up", kind));
        await Accessibility.NoFaultsAsync(page, "set-up");
        await guard.SetUpAsync(page);
        await Assertions.Expect(page.GetByText("All is quiet")).ToBeVisibleAsync();

        // The page stays open, and is not loaded again; the daemons write.
        await page.EvaluateAsync("window.opened = true");
        guard.TellStory();
        var card = page.GetByRole(AriaRole.Article, new() { Name = "info@example.com" });
        await Assertions.Expect(card).ToBeVisibleAsync();
        await Assertions.Expect(card).ToContainTextAsync("never seen in");
        await Assertions.Expect(card).ToContainTextAsync("Since");
        Assert.True(await page.EvaluateAsync<bool>("window.opened"));
        await ConsoleBrowser.KeepAsync(page, Named("story-live", kind));

        // It stands above normal until somebody ends it.
        await card.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        // Typed as a person does: Firefox holds a text that a program filled in for no change.
        await dialog.GetByLabel("Why").PressSequentiallyAsync("called the owner");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Assertions.Expect(page.GetByText("info@example.com: released")).ToBeVisibleAsync();
        await Assertions.Expect(card).ToHaveCountAsync(0);
        await guard.GoAsync(page, "/accounts/info%40example.com", "info@example.com");
        await Assertions.Expect(page.Locator("#state ~ .rung, .row.apart .rung").First).ToHaveTextAsync("normal");

        // Locked by hand, then absolved: that was the owner.
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock account", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Lock account" }).ClickAsync();
        await Assertions.Expect(page.GetByText("info@example.com: locked")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        await Assertions.Expect(page.GetByText("learnt as usual").Last).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, Named("story-account", kind));

        // Who did what is in the audit.
        await guard.GoAsync(page, "/audit", "Audit");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "account.release" }).First).ToContainTextAsync("called the owner");
        await ConsoleBrowser.KeepAsync(page, Named("audit", kind));

        // The link worked once; the password lets in.
        var stranger = await browser.OpenAsync();
        await stranger.GotoAsync(link);
        await Assertions.Expect(stranger.GetByText("This link is not valid")).ToBeVisibleAsync();
        await guard.SignInAsync(stranger, ConsoleGuard.Admin, ConsoleGuard.Password);
        await Assertions.Expect(stranger.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true })).ToBeVisibleAsync();
        browser.ExpectNoFaults();
    }

    private static string Named(string picture, BrowserKind kind) => kind == BrowserKind.Chromium ? picture : $"{picture}-firefox";
}
