using Guard.EndToEnd.Tests.Console;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>Somebody sits down at an open page: without the password they neither set up a second factor that shuts the owner out, nor turn off the owner's.</summary>
public sealed class OwnFactorTests : IAsyncLifetime
{
    private readonly ConsoleBrowser _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact(DisplayName = "The second factor is turned on and off with the password only, each key is shown once, and what was refused is in the audit")]
    public async Task Confirmed()
    {
        using var guard = new ConsoleGuard();
        var page = await _browser.OpenAsync();
        await guard.SetUpAsync(page);
        await guard.GoAsync(page, "/me", "My sign-in");
        var factor = page.Locator("section[aria-labelledby=factor]");

        await BeginAsync(factor, "not the password");
        await Assertions.Expect(factor.GetByRole(AriaRole.Alert)).ToContainTextAsync("The current password is wrong");
        await Assertions.Expect(factor.Locator("code")).ToHaveCountAsync(0);
        await BeginAsync(factor, ConsoleGuard.Password);
        var seen = await factor.Locator("code").InnerTextAsync();
        // A key that somebody saw and that was not used is none any more.
        await guard.GoAsync(page, "/me", "My sign-in");
        await BeginAsync(factor, ConsoleGuard.Password);
        var key = await factor.Locator("code").InnerTextAsync();
        Assert.NotEqual(seen, key);
        await factor.GetByLabel("Code").FillAsync(SecondFactorTests.CodeOf(0, key));
        await factor.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Assertions.Expect(factor.GetByText("On. 10 recovery codes are left.")).ToBeVisibleAsync();

        await EndAsync(factor, SecondFactorTests.CodeOf(1, key), "not the password");
        await Assertions.Expect(factor.GetByRole(AriaRole.Alert)).ToContainTextAsync("The current password is wrong");
        await Assertions.Expect(factor.GetByText("On. 10 recovery codes are left.")).ToBeVisibleAsync();
        await EndAsync(factor, SecondFactorTests.CodeOf(1, key), ConsoleGuard.Password);
        await Assertions.Expect(factor.GetByText("Only the password protects this sign-in.")).ToBeVisibleAsync();

        var audit = await page.APIRequest.GetAsync(new Uri(guard.Address, "/api/v1/audit?act=person.second-factor").ToString());
        var told = await audit.JsonAsync();
        Assert.Equal(
            ["off done", "wrong password refused", "on done", "wrong password refused"],
            told!.Value.GetProperty("items").EnumerateArray().Select(entry => $"{entry.GetProperty("detail")} {entry.GetProperty("outcome")}")
        );
    }

    private static async Task BeginAsync(ILocator factor, string password)
    {
        await factor.GetByLabel("Your password").FillAsync(password);
        await factor.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
    }

    private static async Task EndAsync(ILocator factor, string code, string password)
    {
        await factor.GetByLabel("Code").FillAsync(code);
        await factor.GetByLabel("Your password").FillAsync(password);
        await factor.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
    }
}
