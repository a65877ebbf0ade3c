using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The console on a phone: its bar, its menu and its strip take little, and hide nothing for good.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class PhoneTests(StoryGuard story)
{
    private const int Height = 740;

    [Theory(DisplayName = "On a phone bar and strip take less than a fifth of the height, and the bar stays where it is")]
    [InlineData("en", "Now")]
    [InlineData("de", "Jetzt")]
    public async Task Height_of_the_bar(string language, string heading)
    {
        var page = await story.AdminAsync(360, Height, language: language);
        await PageTests.SettledAsync(story, page, "/", heading);
        await Assertions.Expect(page.Locator(".strip li").First).ToBeVisibleAsync();
        var top = await page.EvaluateAsync<double>("document.getElementById('content').getBoundingClientRect().top");
        TestContext.Current.TestOutputHelper?.WriteLine($"{language}: the content begins {top:F0} px down");
        Assert.True(top < Height / 5.0, $"{language}: the content begins {top:F0} px down");
        await page.EvaluateAsync("window.scrollTo(0, 2000)");
        await Assertions.Expect(page.Locator(".bar .places a").First).ToBeInViewportAsync();
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "On a phone the menu opens and closes by keyboard, Escape gives the focus back, and it is gone where it led")]
    public async Task Menu()
    {
        var page = await story.AdminAsync(360, Height);
        await PageTests.SettledAsync(story, page, "/", "Now");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        var navigation = page.GetByRole(AriaRole.Navigation, new() { Name = "Main navigation" });
        var (button, audit) = (navigation.GetByRole(AriaRole.Button, new() { Name = "Menu" }), navigation.GetByRole(AriaRole.Link, new() { Name = "Audit" }));
        await Assertions.Expect(audit).ToBeHiddenAsync();
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(audit).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "menu-phone");
        await Accessibility.NoFaultsAsync(page, "the menu of a phone");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(audit).ToBeHiddenAsync();
        await Assertions.Expect(button).ToBeFocusedAsync();
        await button.ClickAsync();
        await audit.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Audit", Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(audit).ToBeHiddenAsync();
        await page.Context.CloseAsync();
        story.Browser.ExpectNoFaults(page);
    }

    [Fact(DisplayName = "On a phone the strip's less urgent part is folded, unfolds by keyboard, and Escape folds it again")]
    public async Task Strip()
    {
        var page = await story.AdminAsync(360, Height);
        await PageTests.SettledAsync(story, page, "/accounts", "Accounts");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        var strip = page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });
        var backup = strip.GetByRole(AriaRole.Link, new() { Name = "No backup known" });
        await Assertions.Expect(strip.GetByRole(AriaRole.Link, new() { Name = "Blocks:" })).ToBeVisibleAsync();
        await Assertions.Expect(backup).ToBeHiddenAsync();
        await strip.GetByRole(AriaRole.Button, new() { Name = "More", Expanded = false }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(backup).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(backup).ToBeHiddenAsync();
        await page.Context.CloseAsync();
        story.Browser.ExpectNoFaults(page);
    }
}
