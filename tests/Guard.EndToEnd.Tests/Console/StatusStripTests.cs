using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The strip above every page: how things stand, without a click.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class StatusStripTests(StoryGuard story)
{
    [Fact(DisplayName = "Every page tells without a click whether the guard is well, its mode, its incidents and blocks, each a link")]
    public async Task On_every_page()
    {
        var page = await story.AdminAsync();
        foreach (var (_, path, heading) in PageTests.Pages.Select(row => row.Data))
        {
            await PageTests.SettledAsync(story, page, path, heading);
            var strip = Strip(page);
            await Assertions.Expect(strip).ToContainTextAsync("Enforces");
            await Assertions.Expect(strip).ToContainTextAsync("blocked");
            await Assertions.Expect(strip).ToContainTextAsync("Blocks:");
            await Assertions.Expect(strip).ToContainTextAsync("Intake");
            Assert.True(await strip.GetByRole(AriaRole.Link).CountAsync() >= 5);
        }
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "A site owner's strip tells of the own site and nothing about the server")]
    public async Task Of_an_owner()
    {
        var page = await story.OwnerAsync();
        var strip = Strip(page);
        await Assertions.Expect(strip).ToContainTextAsync("Blocks:");
        foreach (var word in new[] { "Intake", "Enforcement", "All well", "Fault", "Worth a look" })
            await Assertions.Expect(strip).Not.ToContainTextAsync(word);
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "While something that was ordered does not hold, no page says that everything is well")]
    public async Task A_gap()
    {
        var page = await story.AdminAsync();
        foreach (var (path, heading) in new[] { ("/", "Now"), ("/health", "Health") })
        {
            await PageTests.SettledAsync(story, page, path, heading);
            await Assertions.Expect(Strip(page)).ToContainTextAsync("Enforcement does not hold");
            // As severe as the worst behind it.
            await Assertions.Expect(Strip(page).GetByRole(AriaRole.Link).First).ToContainTextAsync("Fault");
            await Assertions.Expect(Strip(page).GetByRole(AriaRole.Link).First).ToHaveClassAsync("bad");
            var content = page.GetByRole(AriaRole.Main);
            await Assertions.Expect(content).ToContainTextAsync("something that was ordered does not hold");
            await Assertions.Expect(content).Not.ToContainTextAsync("Everything is well");
        }
        await page.Context.CloseAsync();
    }

    [Fact(DisplayName = "A log that cannot be read any more is told within a minute, on a page that stays open, and so is its end")]
    public async Task A_fault_appears()
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard();
        await guard.SetUpAsync(page);
        await guard.GoAsync(page, "/accounts", "Accounts");
        var strip = Strip(page);
        await Assertions.Expect(strip).ToContainTextAsync("Intake up to date");
        var (log, aside) = (guard.Program["mail.log"], guard.Program["mail.log.aside"]);
        File.Move(log, aside);
        Directory.CreateDirectory(log);
        await Assertions.Expect(strip).ToContainTextAsync("Intake is blind", new() { Timeout = 60_000 });
        await Assertions.Expect(strip).ToContainTextAsync("mail.log");
        await ConsoleBrowser.KeepAsync(page, "strip-fault");
        // One click leads to what can be done about it.
        await strip.GetByText("Intake is blind").ClickAsync();
        await Assertions.Expect(page.GetByText("What to do").First).ToBeVisibleAsync();
        Directory.Delete(log);
        File.Move(aside, log);
        await Assertions.Expect(strip).ToContainTextAsync("Intake up to date", new() { Timeout = 60_000 });
    }

    private static ILocator Strip(IPage page) => page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });
}
