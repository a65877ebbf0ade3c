using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Every page for everybody: with the keyboard alone, in the dark, in German. <see cref="ScreenshotTests"/> look at each of them.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class PageTests(StoryGuard story)
{
    public static TheoryData<string, string, string> Pages =>
        new()
        {
            { "now", "/", "Now" },
            { "incidents", "/incidents?state=all", "Incidents" },
            { "address", "/addresses/178.93.211.97", "178.93.211.97" },
            { "accounts", "/accounts", "Accounts" },
            { "account", "/accounts/info%40example.com", "info@example.com" },
            { "sites", "/sites", "Sites" },
            { "site", "/sites/example.com", "example.com" },
            { "policy-limits", "/policy/example.com", "Policy of example.com" },
            { "policy-places", "/policy/example.com?part=places", "Policy of example.com" },
            { "policy-services", "/policy/example.com?part=services", "Policy of example.com" },
            { "policy-quotas", "/policy/example.com?part=quotas", "Policy of example.com" },
            { "policy-reactions", "/policy/example.com?part=reactions", "Policy of example.com" },
            { "policy-mode", "/policy/example.com?part=mode", "Policy of example.com" },
            { "policy-text", "/policy/example.com?part=text", "Policy of example.com" },
            { "policy-history", "/policy/example.com?part=history", "Policy of example.com" },
            { "blocks", "/blocks", "Blocks and locks" },
            { "health", "/health", "Health" },
            { "audit", "/audit", "Audit" },
            { "people", "/people", "People" },
            { "me", "/me", "My sign-in" },
        };

    [Fact(DisplayName = "With the keyboard alone: past the navigation, to an account, to what can be done with it, and back out of the question")]
    public async Task Keyboard()
    {
        var page = await story.AdminAsync();
        await KeyboardAsync(story, page);
        await page.Context.CloseAsync();
    }

    internal static async Task KeyboardAsync(StoryGuard story, IPage page)
    {
        await SettledAsync(story, page, "/accounts", "Accounts");
        // A page that is live puts the focus on its heading, once; it would take it from what is pressed before.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        // From the top, as when a page was just opened.
        await page.EvaluateAsync("document.body.tabIndex = -1; document.body.focus()");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByLabel("Search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("marie");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "info@example.com" })).ToHaveCountAsync(0);
        await TabToAsync(page, "marie@example.net");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "marie@example.net", Level = 1 })).ToBeVisibleAsync();
        await TabToAsync(page, "Lock account");
        await page.Keyboard.PressAsync("Enter");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Radio).First).ToBeFocusedAsync();
        await Accessibility.NoFaultsAsync(page, "the question before a lock");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    [Fact(DisplayName = "A chosen theme goes before the system's and stays")]
    public async Task Theme()
    {
        var page = await story.AdminAsync();
        await SettledAsync(story, page, "/", "Now");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark colours" }).ClickAsync();
        await Assertions.Expect(page.Locator("html[data-theme=dark]")).ToHaveCountAsync(1);
        // Nothing flashes: the parts of MudBlazor have the dark colours from the first moment on.
        await page.AddInitScriptAsync(
            """
            window.palettes = new Set();
            new MutationObserver(() => {
              const primary = getComputedStyle(document.documentElement).getPropertyValue('--mud-palette-primary').trim();
              if (primary) palettes.add(primary);
            }).observe(document, { subtree: true, childList: true, characterData: true });
            """
        );
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Light colours" })).ToBeVisibleAsync();
        Assert.Single(await page.EvaluateAsync<string[]>("[...palettes]"));
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "A German browser reads German, and anybody may choose")]
    public async Task German()
    {
        var page = await story.AdminAsync(language: "de-DE");
        await SettledAsync(story, page, "/", "Jetzt");
        await ConsoleBrowser.KeepAsync(page, "now-german");
        await SettledAsync(story, page, "/me", "Meine Anmeldung");
        await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "My sign-in" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Theory(DisplayName = "A rule that lets nobody in is told as soon as it is written, in the reader's language")]
    [InlineData("en", "Policy of example.org", "Remove everywhere", "an empty list allows nobody: every use is refused")]
    [InlineData("de-DE", "Regeln für example.org", "überall entfernen", "eine leere Liste erlaubt niemanden: jede Nutzung wird abgewiesen")]
    public async Task Dead_rule(string language, string heading, string remove, string said)
    {
        var page = await story.AdminAsync(language: language);
        await SettledAsync(story, page, "/policy/example.org?part=services", heading);
        await Assertions.Expect(page.GetByText(said)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = remove }).ClickAsync();
        // Nothing is saved.
        await Assertions.Expect(page.GetByText(said)).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>Goes to a page and waits until it is live.</summary>
    internal static async Task SettledAsync(StoryGuard story, IPage page, string path, string heading)
    {
        await story.Guard.GoAsync(page, path, heading);
        // The theme is taken over once the page is live.
        await Assertions.Expect(page.Locator(".bar .places a").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#content section, #content table, #content form").First).ToBeVisibleAsync();
    }

    /// <summary>Presses Tab until something of that name has the focus.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        for (var press = 0; press < 80; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (
                await page.EvaluateAsync<string>("(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()") == name
            )
                return;
        }
        Assert.Fail($"'{name}' cannot be reached with Tab");
    }
}
