using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Somebody at the console: presses things one after the other, each counted.</summary>
internal abstract class Hand(IPage page)
{
    protected IPage Page { get; } = page;

    /// <summary>Clicks, or keys that press something, since the job began.</summary>
    public int Presses { get; private set; }

    public void Begin() => Presses = 0;

    /// <summary>Presses a link, a button or a field.</summary>
    public async Task PressAsync(ILocator what)
    {
        Presses++;
        await Assertions.Expect(what).ToBeVisibleAsync();
        await DoPressAsync(what);
    }

    /// <summary>Goes into a field and types; one press with the mouse.</summary>
    public async Task TypeAsync(ILocator field, string text)
    {
        await PressAsync(field);
        await Page.Keyboard.PressAsync("Control+a");
        await Page.Keyboard.TypeAsync(text);
    }

    protected abstract Task DoPressAsync(ILocator what);
}

/// <summary>With a mouse or a finger.</summary>
internal sealed class MouseHand(IPage page) : Hand(page)
{
    protected override Task DoPressAsync(ILocator what) => what.ClickAsync();
}

/// <summary>With the keyboard alone: by Tab to what has to be pressed, then Enter, or the space bar where a choice is made.</summary>
internal sealed class KeyboardHand(IPage page) : Hand(page)
{
    /// <summary>A page with more to pass is not usable by keyboard.</summary>
    private const int MaxTabs = 150;

    private const string ToReach = "element => { window.toReach = element; return true; }";

    protected override async Task DoPressAsync(ILocator what)
    {
        await what.EvaluateAsync<bool>(ToReach);
        for (var tab = 0; tab < MaxTabs; tab++)
        {
            if (await Page.EvaluateAsync<bool>("document.activeElement === window.toReach"))
            {
                var isField = await Page.EvaluateAsync<bool>("['INPUT', 'SELECT', 'TEXTAREA'].includes(document.activeElement.tagName)");
                if (!isField)
                    await Page.Keyboard.PressAsync("Enter");
                return;
            }
            await Page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"{what} cannot be reached with Tab");
    }
}
