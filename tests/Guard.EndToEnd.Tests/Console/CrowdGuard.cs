using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>A guard with 10,000 accounts and 42 takeovers that go on.</summary>
public sealed class CrowdGuard : IAsyncLifetime
{
    internal ConsoleBrowser Browser { get; } = new();

    internal ConsoleGuard Guard { get; private set; } = default!;

    private readonly HashSet<string> _taken = [];
    private string _session = "";

    public async ValueTask InitializeAsync()
    {
        await Browser.InitializeAsync();
        if (!ConsoleBrowser.Has(BrowserKind.Chromium))
            return;
        Guard = new ConsoleGuard(
            """enforcement.firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }"""
        );
        var page = await Browser.OpenAsync();
        await Guard.SetUpAsync(page);
        await using (var log = new FileStream(Guard.Program["mail.log"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            await log.WriteAsync(CrowdLog.Write(Guard.Program.DemoLog()), TestContext.Current.CancellationToken);
        var cookies = await page.Context.CookiesAsync();
        _session = cookies.Single(cookie => cookie.Name == "accountguard-session").Value;
        await UntilAsync(page, "/api/v1/accounts?limit=1", CrowdLog.Accounts);
        await UntilAsync(page, "/api/v1/incidents?limit=1", CrowdLog.Takeovers);
        await page.Context.CloseAsync();
    }

    internal async Task<IPage> OpenAsync(int width = 1280, int height = 900, string language = "en")
    {
        var page = await Browser.OpenAsync(width, height, language: language);
        await page.Context.AddCookiesAsync([
            new Cookie
            {
                Name = "accountguard-session",
                Value = _session,
                Domain = "127.0.0.1",
                Path = "/",
            },
        ]);
        return page;
    }

    /// <summary>What the API answers whoever is signed in on the page.</summary>
    internal async Task<JsonElement> AskAsync(IPage page, string path)
    {
        var answer = await page.APIRequest.GetAsync(new Uri(Guard.Address, path).ToString());
        Assert.True(answer.Ok, $"{path}: {answer.Status} {await answer.TextAsync()}");
        return JsonElement.Parse(await answer.TextAsync());
    }

    /// <summary>The first of these accounts that no test has taken, for one alone.</summary>
    internal string Take(IEnumerable<string> names) => names.First(_taken.Add);

    /// <summary>So many accounts that a reaction stands against now, by name, each taken once: other tests of the crowd end some, whichever stands first.</summary>
    internal async Task<string[]> StandingAsync(IPage page, int count)
    {
        var open = (await AskAsync(page, "/api/v1/incidents?open=true&sort=account&limit=1000")).GetProperty("items");
        string[] left = [.. open.EnumerateArray().Select(incident => incident.GetProperty("user").GetString()!).Where(name => !_taken.Contains(name))];
        Assert.True(left.Length >= count, $"{left.Length} accounts are left in a reaction, {count} are needed");
        _taken.UnionWith(left[^count..]);
        return left[^count..];
    }

    private async Task UntilAsync(IPage page, string path, int total)
    {
        var last = 0L;
        for (var since = DateTimeOffset.UtcNow; DateTimeOffset.UtcNow - since < GuardProgram.Patience;)
        {
            last = (await AskAsync(page, path)).GetProperty("total").GetInt64();
            if (last >= total)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{path}: {last} of {total}: {Guard.Program.Heard}");
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        Guard?.Dispose();
    }
}

/// <summary>They share one guard.</summary>
[CollectionDefinition(Name)]
public sealed class CrowdCollection : ICollectionFixture<CrowdGuard>
{
    public const string Name = "crowd";
}
