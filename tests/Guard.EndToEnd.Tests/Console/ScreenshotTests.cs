using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>A picture of every page, in both languages, light and dark, wide and on a phone, in artifacts/screenshots. All of them with
/// ACCOUNTGUARD_SCREENSHOTS=all (make screenshots); else what no other test looks at: German.</summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class ScreenshotTests(StoryGuard story)
{
    private static readonly (int Width, int Height, string Name)[] Screens = [(1280, 900, "wide"), (360, 740, "phone")];

    [Fact(DisplayName = "Every page is there in German as in English, and no text is missing")]
    public async Task Pictures()
    {
        var isAll = Environment.GetEnvironmentVariable("ACCOUNTGUARD_SCREENSHOTS") == "all";
        foreach (var language in isAll ? new[] { "en", "de" } : ["de"])
        {
            foreach (var colours in isAll ? new[] { ColorScheme.Light, ColorScheme.Dark } : [ColorScheme.Light])
            {
                foreach (var (width, height, screen) in isAll ? Screens : [Screens[0]])
                {
                    var page = await story.AdminAsync(width, height, colours, language);
                    foreach (var (name, path, _) in PageTests.Pages.Select(row => row.Data))
                    {
                        await page.GotoAsync(new Uri(story.Guard.Address, path).ToString());
                        await Assertions.Expect(page.Locator(".bar .own button")).ToBeVisibleAsync();
                        await Assertions.Expect(page.Locator("#content section, #content table, #content form").First).ToBeVisibleAsync();
                        await Assertions.Expect(page.Locator(".strip li").First).ToBeVisibleAsync();
                        await ConsoleBrowser.KeepAsync(page, $"{name}-{language}-{colours.ToString().ToLowerInvariant()}-{screen}");
                        Assert.DoesNotMatch(MissingText(), await page.Locator("body").InnerTextAsync());
                    }
                    await page.Context.CloseAsync();
                }
            }
        }
        Assert.Empty(story.Browser.TakeFaults());
    }

    /// <summary>A key that has no text shows itself.</summary>
    [GeneratedRegex(@"\[[a-z-]+\.[A-Za-z0-9.-]+\]")]
    private static partial Regex MissingText();
}
