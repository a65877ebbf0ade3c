using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What a page weighs, and what becomes of it while the guard is away.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ResilienceTests(StoryGuard story)
{
    private const long MaxFirstPage = 300_000;

    /// <summary>A page whose styles, scripts and outlines the browser has.</summary>
    private const long MaxAgain = 70_000;

    /// <summary>What the Web Content Accessibility Guidelines ask of small text (1.4.3).</summary>
    private const double ReadableContrast = 4.5;

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
        // Nothing lies over it, and its words can be read.
        Assert.True(await page.EvaluateAsync<bool>(IsOnTop));
        var contrast = await page.EvaluateAsync<double>(Contrast);
        Assert.True(contrast >= ReadableContrast, $"the banner's contrast is {contrast:F1}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{colours}: the banner's contrast is {contrast:F1}");

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
        TestContext.Current.TestOutputHelper?.WriteLine($"{colours}: found again {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s after the guard answered");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Policy of example.com", Level = 1 })).ToBeVisibleAsync();
        Assert.EndsWith("/policy/example.com?part=quotas", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(banner).ToBeHiddenAsync();
    }

    [Fact(
        DisplayName = "The first page comes in less than 300 KB, styles compressed, the map's outlines once; every other page brings little more than itself"
    )]
    public async Task Weight()
    {
        var page = await story.AdminAsync();
        await using var line = new SlowLine(story.Guard.Address.Port);
        var encodings = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        page.Response += (_, response) => encodings[new Uri(response.Url).AbsolutePath] = response.Headers.GetValueOrDefault("content-encoding", "");
        var first = await WeighAsync(page, line, "first", "/", "Now", isMap: true);
        List<(string Page, long Bytes)> others = [("now again", await WeighAsync(page, line, "now again", "/", "Now", isMap: true))];
        foreach (var (name, path, heading) in PageTests.Pages.Select(row => row.Data))
            others.Add((name, await WeighAsync(page, line, name, path, heading)));

        Assert.True(first < MaxFirstPage, $"the first page: {first} bytes");
        Assert.All(
            encodings.Where(one => one.Key.EndsWith(".css", StringComparison.Ordinal) || one.Key.EndsWith(".js", StringComparison.Ordinal)),
            one => Assert.True(one.Value is "br" or "gzip", $"{one.Key} is not compressed")
        );
        Assert.All(others, one => Assert.True(one.Bytes < MaxAgain, $"{one.Page}: {one.Bytes} bytes"));
        await page.Context.CloseAsync();
    }

    /// <summary>How many bytes a page takes until it is live.</summary>
    private static async Task<long> WeighAsync(IPage page, SlowLine line, string name, string path, string heading, bool isMap = false)
    {
        var (before, since) = (line.Received, Stopwatch.GetTimestamp());
        await page.GotoAsync(new Uri(line.Address, path).ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#content section, #content table, #content form").First).ToBeVisibleAsync();
        var shown = Stopwatch.GetElapsedTime(since);
        await Assertions.Expect(page.Locator(".bar .places a").First).ToBeVisibleAsync();
        if (isMap)
        {
            await Assertions.Expect(page.Locator("svg.map path[data-country=RO][d^=M]")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator("svg.map path:not([d])")).ToHaveCountAsync(0);
        }
        var bytes = line.Received - before;
        var whole = Stopwatch.GetElapsedTime(since);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"1.6 Mbit/s, 150 ms: {name,-18} {bytes / 1000.0,6:F1} KB, shown after {shown.TotalSeconds:F1} s, whole after {whole.TotalSeconds:F1} s"
            )
        );
        return bytes;
    }

    private const string IsOnTop = """
        () => {
          const at = document.getElementById('connection').getBoundingClientRect();
          return document.getElementById('connection').contains(document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2));
        }
        """;

    /// <summary>The ratio of WCAG 2.1, of what the browser came to.</summary>
    private const string Contrast = """
        () => {
          const light = colour => {
            const [red, green, blue] = colour.match(/[\d.]+/g).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
          };
          const text = document.querySelector('#connection p');
          let ground = text;
          while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
          const lights = [light(getComputedStyle(text).color), light(getComputedStyle(ground).backgroundColor)];
          return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
        }
        """;
}
