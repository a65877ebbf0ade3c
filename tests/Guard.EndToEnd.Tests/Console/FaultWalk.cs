using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Something that goes wrong, on purpose.</summary>
/// <param name="Said">What the strip says of it.</param>
/// <param name="Builds">Whether what was mended before has to work again first.</param>
internal sealed record Fault(string Said, Func<Task> Make, Func<Task> Mend, bool Builds = false);

/// <summary>Faults one after the other, before the strip of a page that stays open.</summary>
internal static class FaultWalk
{
    /// <summary>How long a fault, or its end, may stay unsaid, in milliseconds.</summary>
    private const float Minute = 60_000;

    /// <summary>Each fault is made, waited for, and mended while the next one is made; at the end nothing is left.</summary>
    public static async Task GoAsync(string name, IPage page, params Fault[] faults)
    {
        var strip = page.GetByRole(AriaRole.Complementary, new() { Name = "State of the guard" });
        var told = new List<string>();
        (Fault Fault, TimeSpan Seen, long At)? mended = null;
        foreach (var fault in faults)
        {
            if (fault.Builds)
                await GoneAsync();
            var made = Stopwatch.GetTimestamp();
            await fault.Make();
            await SeenAsync(fault.Said, () => Assertions.Expect(Of(fault).First).ToBeVisibleAsync(new() { Timeout = Minute }));
            var seen = Stopwatch.GetElapsedTime(made);
            await GoneAsync();
            await fault.Mend();
            mended = (fault, seen, Stopwatch.GetTimestamp());
        }
        await GoneAsync();
        await Assertions.Expect(strip).ToContainTextAsync("All well", new() { Timeout = Minute });
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {string.Join("; ", told)}");

        ILocator Of(Fault fault) => strip.Locator(".bad, .note").Filter(new() { HasText = fault.Said });

        async Task GoneAsync()
        {
            if (mended is not var (fault, seen, at))
                return;
            await SeenAsync($"the end of {fault.Said}", () => Assertions.Expect(Of(fault)).ToHaveCountAsync(0, new() { Timeout = Minute }));
            told.Add(
                string.Create(CultureInfo.InvariantCulture, $"{fault.Said}: {seen.TotalSeconds:F0} s, gone {Stopwatch.GetElapsedTime(at).TotalSeconds:F0} s")
            );
            mended = null;
        }

        async Task SeenAsync(string what, Func<Task> look)
        {
            try
            {
                await look();
            }
            catch (PlaywrightException missed)
            {
                Assert.Fail($"{what} is not in the strip, which says: {await strip.InnerTextAsync()}\n{string.Join("\n", told)}\n{missed.Message}");
            }
        }
    }
}
