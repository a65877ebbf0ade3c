using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>
/// Every page, also those of owners and of the sign-in, kept as a picture in artifacts/screenshots and looked at by axe: in two looks that together have both
/// languages, light and dark, wide and phone; in all eight with ACCOUNTGUARD_SCREENSHOTS=all (make screenshots).
/// </summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class ScreenshotTests(StoryGuard story)
{
    private const string Content = "#content section, #content table, #content form";
    private const string Title = "h1";

    private static readonly (string Name, string Path)[] Outside =
    [
        ("sign-in", "/sign-in"),
        ("sign-in-wrong", "/sign-in?problem=wrong"),
        ("set-up-again", "/set-up"),
        ("password", "/password"),
        ("code", "/sign-in/code"),
        ("not-found", "/not-found"),
    ];

    public static TheoryData<string> Looks => [.. Look.Wanted.Select(look => look.ToString())];

    [Theory(
        DisplayName = "No page has a serious fault of accessibility, is wider than its screen or lacks a text: both languages, light and dark, wide and phone"
    )]
    [MemberData(nameof(Looks))]
    public async Task Pictures(string name)
    {
        var look = Look.Wanted.Single(one => one.ToString() == name);
        var admin = await story.AdminAsync(look);
        foreach (var (page, path, _) in PageTests.Pages.Select(row => row.Data))
            await LookAsync(admin, page, path, look, Content);
        await AskedAsync(admin, look);
        var mailbox = await story.MailboxAsync(look);
        await LookAsync(mailbox, "mailbox", "/", look, "#content .own-mailbox");
        var stranger = await story.Browser.OpenAsync(look);
        foreach (var (page, path) in Outside)
            await LookAsync(stranger, page, path, look, Title);
        foreach (var one in new[] { admin, mailbox, stranger })
            await one.Context.CloseAsync();
        story.Browser.ExpectNoFaults(admin, mailbox, stranger);
    }

    private async Task LookAsync(IPage page, string name, string path, Look look, string content)
    {
        await page.GotoAsync(new Uri(story.Guard.Address, path).ToString());
        await Assertions.Expect(page.Locator(content).First).ToBeVisibleAsync();
        // What is live has taken the theme over, and says how things stand.
        if (content != Title)
            await Assertions.Expect(page.Locator(".bar .places a").First).ToBeVisibleAsync();
        if (content == Content)
            await Assertions.Expect(page.Locator(".strip li").First).ToBeVisibleAsync();
        await KeepAsync(page, name, look);
    }

    /// <summary>What stands beside a list, and the questions before something is done; none of it is done.</summary>
    private async Task AskedAsync(IPage page, Look look)
    {
        await page.GotoAsync(new Uri(story.Guard.Address, "/incidents?state=all").ToString());
        await page.Locator("table button.link").First.ClickAsync();
        await Assertions.Expect(page.Locator("aside.detail figure, aside.detail > p.small").First).ToBeVisibleAsync();
        await KeepAsync(page, "incident", look);
        await page.GotoAsync(new Uri(story.Guard.Address, "/accounts/info%40example.com").ToString());
        // It was the owner, release, it was an attack, lock: in this order on every look.
        foreach (var (name, button) in new[] { ("ask-absolve", 0), ("ask-lock", 3) })
        {
            await page.Locator("section[aria-labelledby=state] [role=group] button").Nth(button).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Assertions.Expect(dialog.Locator("label").First).ToBeVisibleAsync();
            await KeepAsync(page, name, look, whole: false);
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
        }
    }

    /// <param name="whole">The whole page, not only what is seen of it.</param>
    private static async Task KeepAsync(IPage page, string name, Look look, bool whole = true)
    {
        await ConsoleBrowser.KeepAsync(page, $"{name}-{look}", whole);
        Assert.DoesNotMatch(MissingText(), await page.Locator("body").InnerTextAsync());
        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");
        Assert.True(wide <= 0, $"{name} is {wide} pixels wider than the screen: {look}");
        await Accessibility.NoFaultsAsync(page, $"{name}, {look}");
    }

    /// <summary>A key that has no text shows itself.</summary>
    [GeneratedRegex(@"\[[a-z-]+\.[A-Za-z0-9.-]+\]")]
    private static partial Regex MissingText();
}
