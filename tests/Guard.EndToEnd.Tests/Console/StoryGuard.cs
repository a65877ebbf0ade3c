using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>One guard for many tests: set up, the demo's story behind it, with a site owner of example.net. No test changes what another one looks
/// at.</summary>
public sealed class StoryGuard : IAsyncLifetime
{
    public const string Owner = "owner@example.net";
    public const string OwnSite = "example.net";
    public const string OtherSite = "example.com";

    /// <summary>Knows nothing of mail servers, and owns the mailbox of the story.</summary>
    public const string Holder = "holder@example.com";

    internal ConsoleBrowser Browser { get; } = new();

    internal ConsoleGuard Guard { get; private set; } = default!;

    internal string AdminState { get; private set; } = "";

    private string _mailboxState = "";

    public async ValueTask InitializeAsync()
    {
        await Browser.InitializeAsync();
        if (!ConsoleBrowser.Has(BrowserKind.Chromium))
            return;
        Guard = new ConsoleGuard();
        var page = await Browser.OpenAsync();
        await Guard.SetUpAsync(page);
        Guard.TellStory();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "info@example.com" }).First).ToBeVisibleAsync();
        AdminState = await page.Context.StorageStateAsync();
        await AddAsync(page, Owner, "SiteOwner", "Sites", OwnSite);
        await AddAsync(page, Holder, "AccountOwner", "Accounts", "info@example.com");
        await page.Context.CloseAsync();
        var mailbox = await Browser.OpenAsync();
        await Guard.SignInAsync(mailbox, Holder, ConsoleGuard.Password);
        await Assertions.Expect(mailbox.GetByRole(AriaRole.Heading, new() { Name = "My mailbox", Level = 1 })).ToBeVisibleAsync();
        _mailboxState = await mailbox.Context.StorageStateAsync();
        await mailbox.Context.CloseAsync();
    }

    internal Task<IPage> AdminAsync(Look look) => AdminAsync(look.Width, look.Height, look.Colours, look.Language);

    /// <summary>A page of the mailbox's owner.</summary>
    internal async Task<IPage> MailboxAsync(Look look)
    {
        var page = await Browser.OpenAsync(look);
        await page.Context.AddCookiesAsync(SessionOf(_mailboxState));
        return page;
    }

    private static IEnumerable<Cookie> SessionOf(string state) =>
        System
            .Text.Json.JsonDocument.Parse(state)
            .RootElement.GetProperty("cookies")
            .EnumerateArray()
            .Where(cookie => cookie.GetProperty("name").GetString() == "accountguard-session")
            .Select(cookie => new Cookie
            {
                Name = cookie.GetProperty("name").GetString()!,
                Value = cookie.GetProperty("value").GetString()!,
                Domain = "127.0.0.1",
                Path = "/",
            });

    /// <summary>A page of the admin's, in Chromium unless another browser is given.</summary>
    internal async Task<IPage> AdminAsync(
        int width = 1280,
        int height = 900,
        ColorScheme colours = ColorScheme.Light,
        string language = "en",
        ConsoleBrowser? browser = null,
        string? timezone = null
    )
    {
        // The guard was set up in Chromium.
        ConsoleBrowser.Require(BrowserKind.Chromium);
        var page = await (browser ?? Browser).OpenAsync(width, height, colours, language, timezone);
        await page.Context.AddCookiesAsync(SessionOf(AdminState));
        return page;
    }

    /// <summary>A page of the site owner's, signed in.</summary>
    /// <param name="then">Where the sign-in shall lead; somewhere that ends at the first page.</param>
    internal async Task<IPage> OwnerAsync(string then = "/")
    {
        var page = await Browser.OpenAsync();
        var (inside, wait) = (page.GetByRole(AriaRole.Heading, new() { Name = "Now", Exact = true }), page.GetByText("Too many tries"));
        for (var attempt = 0; ; attempt++)
        {
            await Guard.SignInAsync(page, Owner, ConsoleGuard.Password, then);
            await Assertions.Expect(inside.Or(wait)).ToBeVisibleAsync();
            if (await inside.IsVisibleAsync())
                return page;
            // Another test guesses at this name from this address: a browser that is not known yet has to wait with it.
            Assert.True(attempt < 60, "the owner is never let in");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Adds a person on the people page, and chooses a password by the link it shows, in a browser of the person's own.</summary>
    internal async Task AddAsync(IPage admin, string name, string role, string reachLabel, string reach)
    {
        await Guard.GoAsync(admin, "/people", "People");
        await admin.GetByLabel("Name").FillAsync(name);
        await admin.GetByLabel("Role").SelectOptionAsync(role);
        await admin.GetByLabel(reachLabel, new() { Exact = true }).FillAsync(reach);
        await admin.GetByRole(AriaRole.Button, new() { Name = "Add a person" }).ClickAsync();
        var link = await admin.GetByRole(AriaRole.Status).Locator("code").InnerTextAsync();
        var person = await Browser.OpenAsync();
        await person.GotoAsync(link);
        await person.GetByLabel("Password").FillAsync(ConsoleGuard.Password);
        await person.GetByLabel("Repeat it").FillAsync(ConsoleGuard.Password);
        await person.GetByRole(AriaRole.Button, new() { Name = "Set password" }).ClickAsync();
        await Assertions.Expect(person.GetByText("The password is set")).ToBeVisibleAsync();
        await person.Context.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        Guard?.Dispose();
    }
}

/// <summary>They share one guard, and the machine has two processors.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<StoryGuard>
{
    public const string Name = "console";
}
