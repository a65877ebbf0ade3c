using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What somebody began to write in a policy is still there when they come back, and nobody else's.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class DraftTests(StoryGuard story)
{
    private const string Other = "drafts@example.org";
    private const string Policy = "/policy/example.org?part=reactions";
    private const string Heading = "Policy of example.org";

    /// <summary>The drafts that the browser keeps.</summary>
    private const string Drafts = "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:'))";

    [Fact(DisplayName = "Half a policy outlasts leaving it, loading it anew and a second tab, ends with saving, and is nobody else's at the same browser")]
    public async Task Kept()
    {
        var page = await story.AdminAsync();
        await story.AddAsync(page, Other, "SiteOwner", "Sites", "example.org");
        await story.Guard.GoAsync(page, Policy, Heading);
        await Assertions.Expect(Field(page)).ToBeVisibleAsync();
        await Assertions.Expect(Back(page)).ToHaveCountAsync(0);
        await WriteAsync(page, "3h");

        // Left by a link.
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main navigation" }).GetByRole(AriaRole.Link, new() { Name = "Accounts" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Accounts", Level = 1 })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await IsBackAsync(page, "3h");
        await page.ReloadAsync();
        await IsBackAsync(page, "3h");

        // A second tab begins with it; the first one finds what was written there last.
        var second = await page.Context.NewPageAsync();
        await story.Guard.GoAsync(second, Policy, Heading);
        await IsBackAsync(second, "3h");
        await WriteAsync(second, "5h");
        await second.CloseAsync();
        await page.ReloadAsync();
        await IsBackAsync(page, "5h");

        // Somebody else at this browser, although nobody signed out.
        var admin = await SwapAsync(page, null);
        await story.Guard.SignInAsync(page, Other, ConsoleGuard.Password, "/policy/example.org?part=quotas");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = Heading, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Nothing is changed yet")).ToBeVisibleAsync();
        await Assertions.Expect(Back(page)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a quota" }).ClickAsync();
        await UntilAsync(page, $"() => {Drafts}.length === 2");
        var other = await SwapAsync(page, admin);
        await story.Guard.GoAsync(page, Policy, Heading);
        await IsBackAsync(page, "5h");

        // Saved, there is nothing to come back to.
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it would have done" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Accounts looked at")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nothing is changed yet")).ToBeVisibleAsync();
        await UntilAsync(page, $"() => {Drafts}.length === 1");
        await page.ReloadAsync();
        await Assertions.Expect(Field(page)).ToHaveValueAsync("5h");
        await Assertions.Expect(Back(page)).ToHaveCountAsync(0);

        // Whoever signs out leaves none behind.
        await SwapAsync(page, other);
        await page.GotoAsync(new Uri(story.Guard.Address, "/sign-out").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = false }).First.ClickAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>($"{Drafts}.length"));
        story.Browser.ExpectNoFaults(page, second);
        await page.Context.CloseAsync();
    }

    private static ILocator Field(IPage page) => page.GetByLabel("Suspended for");

    private static ILocator Back(IPage page) => page.GetByText("Your unsaved changes are back.");

    /// <summary>Writes as somebody does who does not save.</summary>
    private static async Task WriteAsync(IPage page, string time)
    {
        await Field(page).FillAsync(time);
        await UntilAsync(page, $"time => {Drafts}.some(([, draft]) => draft.includes(`\"${{time}}\"`))", time);
    }

    /// <summary>Asked again and again from outside: what the page itself asks a second time, its content security policy refuses.</summary>
    private static Task UntilAsync(IPage page, string holds, string? argument = null) =>
        GuardProgram.UntilAsync(() => page.EvaluateAsync<bool>(holds, argument), () => $"never so in the browser: {holds}");

    private static async Task IsBackAsync(IPage page, string time)
    {
        await Assertions.Expect(Back(page)).ToBeVisibleAsync();
        await Assertions.Expect(Field(page)).ToHaveValueAsync(time);
    }

    /// <summary>Takes the session that is there out of the browser, and puts another one in.</summary>
    private static async Task<Cookie> SwapAsync(IPage page, Cookie? session)
    {
        var there = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "accountguard-session");
        await page.Context.ClearCookiesAsync();
        if (session is not null)
            await page.Context.AddCookiesAsync([session]);
        return new Cookie
        {
            Name = there.Name,
            Value = there.Value,
            Domain = there.Domain,
            Path = there.Path,
        };
    }
}
