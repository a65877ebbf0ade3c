using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The browsers that the console is tried in.</summary>
public enum BrowserKind : byte
{
    Chromium = 0,
    Firefox = 1,
}

/// <summary>Debian's Chromium or Debian's Firefox, driven by Playwright; and where their pictures are kept.</summary>
public sealed class ConsoleBrowser(BrowserKind kind = BrowserKind.Chromium) : IAsyncLifetime
{
    private const float Patience = 120_000;

    private readonly ConcurrentQueue<(IPage Page, string Text)> _faults = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static bool Has(BrowserKind kind) => File.Exists(ProgramOf(kind));

    public static void Require(BrowserKind kind) => Requirement.That(Has(kind), $"needs Debian's {Path.GetFileName(ProgramOf(kind))}, which is not installed");

    public async ValueTask InitializeAsync()
    {
        if (!Has(kind))
            return;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions
        {
            ExecutablePath = ProgramOf(kind),
            Headless = true,
            Timeout = Patience,
        };
        if (kind == BrowserKind.Firefox)
        {
            // Playwright's own protocol needs its patched Firefox; on this channel it speaks WebDriver BiDi, which every Firefox understands.
            options.Channel = "moz-firefox";
            _browser = await _playwright.Firefox.LaunchAsync(options);
            return;
        }
        options.Args =
        [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ];
        _browser = await _playwright.Chromium.LaunchAsync(options);
    }

    internal Task<IPage> OpenAsync(Look look) => OpenAsync(look.Width, look.Height, look.Colours, look.Language);

    /// <summary>A browser of somebody, with cookies of its own.</summary>
    /// <param name="timezone">Null: this machine's.</param>
    public async Task<IPage> OpenAsync(
        int width = 1280,
        int height = 900,
        ColorScheme colours = ColorScheme.Light,
        string language = "en",
        string? timezone = null
    )
    {
        Require(kind);
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height },
                ColorScheme = colours,
                Locale = language,
                TimezoneId = timezone,
            }
        );
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.PageError += (_, fault) => _faults.Enqueue((page, $"{page.Url}: {fault}"));
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _faults.Enqueue((page, $"{page.Url}: {message.Text}"));
        };
        return page;
    }

    /// <summary>What its pages complained of since it was last asked: errors in the console, scripts that failed, and what the content policy kept
    /// away.</summary>
    /// <param name="pages">Only of these; none: of all. A test that shares its browser answers for its own.</param>
    public IReadOnlyList<string> TakeFaults(params IPage[] pages)
    {
        var (taken, others) = (new List<string>(), new List<(IPage, string)>());
        while (_faults.TryDequeue(out var fault))
        {
            if (pages.Length == 0 || pages.Contains(fault.Page))
                taken.Add(fault.Text);
            else
                others.Add(fault);
        }
        others.ForEach(_faults.Enqueue);
        return taken;
    }

    /// <summary>Fails with all of what its pages complained of, whole.</summary>
    /// <param name="pages">As in <see cref="TakeFaults"/>.</param>
    public void ExpectNoFaults(params IPage[] pages)
    {
        if (TakeFaults(pages) is { Count: > 0 } faults)
            Assert.Fail(string.Join('\n', faults));
    }

    /// <summary>Keeps a picture of the page in artifacts/screenshots.</summary>
    /// <param name="whole">Not only what is seen of it.</param>
    public static async Task KeepAsync(IPage page, string name, bool whole = true)
    {
        var directory = Directory.CreateDirectory(Path.Combine(GuardProgram.Root, "artifacts", "screenshots"));
        await page.ScreenshotAsync(
            new PageScreenshotOptions
            {
                Path = Path.Combine(directory.FullName, $"{name}.png"),
                FullPage = whole,
                // As it is at rest, not on its way there.
                Animations = ScreenshotAnimations.Disabled,
            }
        );
    }

    private static string ProgramOf(BrowserKind kind) => kind == BrowserKind.Firefox ? "/usr/bin/firefox-esr" : "/usr/bin/chromium";

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
