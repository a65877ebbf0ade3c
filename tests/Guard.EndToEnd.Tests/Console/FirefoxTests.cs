using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What another engine might do otherwise; the founding story is told in Firefox by <see cref="StoryTests"/>.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FirefoxTests(StoryGuard story, FirefoxTests.Firefox firefox) : IClassFixture<FirefoxTests.Firefox>
{
    public static TheoryData<string, string, string> Pages => PageTests.Pages;

    [Theory(DisplayName = "In Firefox no page is wider than a phone, and none complains in the browser's console")]
    [MemberData(nameof(Pages))]
    public async Task Phone(string name, string path, string heading)
    {
        var page = await OpenAsync(360, 740);
        await PageTests.SettledAsync(story, page, path, heading);
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth") <= 0, $"{path} is wider than the screen");
        await ConsoleBrowser.KeepAsync(page, $"{name}-phone-firefox");
        await page.Context.CloseAsync();
        firefox.Browser.ExpectNoFaults();
    }

    [Fact(DisplayName = "In Firefox, with the keyboard alone: past the navigation, to an account, to what can be done with it, and back out of the question")]
    public async Task Keyboard()
    {
        var page = await OpenAsync();
        await PageTests.KeyboardAsync(story, page);
        await page.Context.CloseAsync();
        firefox.Browser.ExpectNoFaults();
    }

    [Fact(DisplayName = "In Firefox the content policy keeps away a script that got into a page, and the test hears of it")]
    public async Task Content_policy()
    {
        await using var own = new ConsoleBrowser(BrowserKind.Firefox);
        await own.InitializeAsync();
        var page = await story.AdminAsync(browser: own);
        await story.Guard.GoAsync(page, "/", "Now");
        await page.EvaluateAsync(
            "() => { const script = document.createElement('script'); script.textContent = 'document.body.dataset.hacked = 1'; document.body.append(script); }"
        );
        Assert.Null(await page.EvaluateAsync<string?>("document.body.dataset.hacked"));
        await GuardProgram.UntilAsync(
            () => own.TakeFaults().Any(fault => fault.Contains("script-src", StringComparison.Ordinal)),
            () => "the browser told of no script that the policy kept away"
        );
    }

    private Task<IPage> OpenAsync(int width = 1280, int height = 900) => story.AdminAsync(width, height, browser: firefox.Browser);

    /// <summary>One Firefox for all tests here.</summary>
    public sealed class Firefox : IAsyncLifetime
    {
        internal ConsoleBrowser Browser { get; } = new(BrowserKind.Firefox);

        public ValueTask InitializeAsync() => Browser.InitializeAsync();

        public ValueTask DisposeAsync() => Browser.DisposeAsync();
    }
}
