using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What a page weighs, and what becomes of it while the guard is away.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ResilienceTests(StoryGuard story)
{
    private const long MaxFirstPage = 300_000;

    [Theory(DisplayName = "A guard that is killed is missed on an open page by a banner that can be read, and found again once it is back")]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Found_again(ColorScheme colours)
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync(colours: colours);
        using var guard = new ConsoleGuard();
        await guard.SetUpAsync(page);
        await guard.GoAsync(page, "/policy/example.com?part=quotas", "Policy of example.com");
        await page.EvaluateAsync("document.documentElement.dataset.opened = 'before'");

        guard.Kill();
        var banner = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "The guard cannot be reached" });
        await Assertions.Expect(banner).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, $"lost-{colours.ToString().ToLowerInvariant()}");
        var (ink, ground) = (await StyleAsync(page, "color"), await StyleAsync(page, "background-color"));
        Assert.Equal(("rgb(255, 255, 255)", "rgb(140, 29, 24)"), (ink, ground));

        guard.Start();
        using var http = new HttpClient();
        await Eventually.Is(async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri(guard.Address, "/health/live"), TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        var since = Stopwatch.GetTimestamp();
        // Loaded anew where it stood, and still signed in.
        await Assertions.Expect(page.Locator("html:not([data-opened]) .strip a").First).ToBeVisibleAsync();
        TestContext.Current.SendDiagnosticMessage($"found again {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s after the guard answered");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Policy of example.com", Level = 1 })).ToBeVisibleAsync();
        Assert.EndsWith("/policy/example.com?part=quotas", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(banner).ToBeHiddenAsync();
    }

    [Fact(DisplayName = "The first page comes in less than 300 KB, styles compressed, and the map's outlines are fetched once")]
    public async Task Weight()
    {
        var page = await story.AdminAsync();
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        var (files, frames) = (0L, 0L);
        session.Event("Network.loadingFinished").OnEvent += (_, told) => files += (long)told!.Value.GetProperty("encodedDataLength").GetDouble();
        // Before they are compressed on the wire.
        session.Event("Network.webSocketFrameReceived").OnEvent += (_, told) =>
            frames += told!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length * 3 / 4;
        var encodings = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        page.Response += (_, response) => encodings[new Uri(response.Url).AbsolutePath] = response.Headers.GetValueOrDefault("content-encoding", "");

        await MapAsync(page);
        var (firstFiles, firstFrames) = (files, frames);
        TestContext.Current.SendDiagnosticMessage($"first page: {firstFiles} bytes of files, {firstFrames} bytes of frames before they are compressed");
        Assert.True(firstFiles + firstFrames < MaxFirstPage, $"{firstFiles} bytes of files and {firstFrames} of frames");
        Assert.All(
            encodings.Where(one => one.Key.EndsWith(".css", StringComparison.Ordinal) || one.Key.EndsWith(".js", StringComparison.Ordinal)),
            one => Assert.True(one.Value is "br" or "gzip", $"{one.Key} is not compressed")
        );
        (files, frames) = (0, 0);
        await MapAsync(page);
        TestContext.Current.SendDiagnosticMessage($"the second time: {files} bytes of files, {frames} bytes of frames");
        Assert.True(files < 20_000, $"{files} bytes of files the second time");
        await page.Context.CloseAsync();
    }

    private async Task MapAsync(IPage page)
    {
        await PageTests.SettledAsync(story, page, "/", "Now");
        await Assertions.Expect(page.Locator("svg.map path[data-country=RO][d^=M]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("svg.map path:not([d])")).ToHaveCountAsync(0);
    }

    private static Task<string> StyleAsync(IPage page, string property) =>
        page.EvaluateAsync<string>($"getComputedStyle(document.getElementById('connection')).getPropertyValue('{property}')");
}
