using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>What somebody does about incidents and blocks, several at once and one by one: what it will do stands before, what came of it after.</summary>
[Collection(CrowdCollection.Name)]
public sealed class ActTests(CrowdGuard crowd)
{
    [Fact(DisplayName = "A list follows by itself what is done elsewhere; what is chosen, typed and scrolled to stays; the chosen are released at once")]
    public async Task Several_incidents()
    {
        var page = await crowd.OpenAsync();
        var victims = await crowd.StandingAsync(page, 4);
        var (gone, chosen) = (victims[0], victims[1..]);
        await crowd.Guard.GoAsync(page, "/incidents?sort=account", "Incidents");
        foreach (var name in chosen)
            await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {name}", Exact = true }).CheckAsync();
        await Assertions.Expect(page.GetByText("Chosen: 3")).ToBeVisibleAsync();
        var search = page.GetByLabel("Search");
        await search.PressSequentiallyAsync("half a wo");
        await Row(page, gone).ScrollIntoViewIfNeededAsync();
        var scrolled = await page.EvaluateAsync<double>("scrollY");
        Assert.True(scrolled > 0);

        // Somebody else releases one.
        var other = await crowd.OpenAsync();
        await GoAsync(other, gone);
        await PressAsync(other, "Release", "Release");
        await Assertions.Expect(Row(page, gone)).ToHaveCountAsync(0);
        Assert.InRange(await page.EvaluateAsync<double>("scrollY"), scrolled - 200, scrolled + 200);
        await Assertions.Expect(search).ToHaveValueAsync("half a wo");
        await Assertions.Expect(search).ToBeFocusedAsync();
        Assert.EndsWith("/incidents?sort=account", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.GetByText("Chosen: 3")).ToBeVisibleAsync();

        await search.PressAsync("Control+a");
        await search.PressAsync("Delete");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release the chosen" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToContainTextAsync("Accounts to be released now: 3");
        foreach (var name in chosen)
            await Assertions.Expect(dialog.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"{name}: ends: " })).ToBeVisibleAsync();
        await ConsoleBrowser.KeepAsync(page, "bulk-release", whole: false);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release the chosen" }).ClickAsync();
        var came = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "What came of it" });
        foreach (var name in chosen)
        {
            await Assertions.Expect(came.GetByRole(AriaRole.Listitem).Filter(new() { HasText = $"{name}: " })).ToBeVisibleAsync();
            await Assertions.Expect(Row(page, name)).ToHaveCountAsync(0);
        }
        await CloseAsync(page, other);
    }

    [Fact(DisplayName = "Several blocks are lifted at once, named before and told after")]
    public async Task Several_blocks()
    {
        string[] networks = ["198.51.100.21", "198.51.100.22", "198.51.100.23"];
        var page = await crowd.OpenAsync();
        await crowd.Guard.GoAsync(page, "/blocks", "Blocks and locks");
        // What stands in the field in the moment in which each network is told of.
        await page.EvaluateAsync(
            """
            () => {
                window.left = {};
                const field = document.querySelector("form[aria-label=Block] input");
                new MutationObserver(changes => {
                    for (const added of changes.flatMap(change => [...change.addedNodes]))
                        for (const [, network] of added.textContent.matchAll(/([\d.]+)\/32 is blocked until/g))
                            window.left[network] ??= field.value;
                }).observe(document.body, { childList: true, subtree: true });
            }
            """
        );
        foreach (var network in networks)
        {
            await page.GetByLabel("Network", new() { Exact = true }).FillAsync(network);
            await page.GetByRole(AriaRole.Button, new() { Name = "Block", Exact = true }).ClickAsync();
            await Assertions.Expect(page.GetByText($"{network}/32 is blocked until")).ToBeVisibleAsync();
        }
        // Emptied later, it would take away the network that somebody types next.
        Assert.Equal(
            networks.Select(network => KeyValuePair.Create(network, "")),
            (await page.EvaluateAsync<Dictionary<string, string>>("window.left")).OrderBy(field => field.Key, StringComparer.Ordinal)
        );
        await crowd.Guard.GoAsync(page, "/blocks?search=198.51.100.2", "Blocks and locks");
        foreach (var network in networks)
            await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {network}/32", Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Lift the chosen" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        foreach (var network in networks)
            await Assertions.Expect(dialog.GetByRole(AriaRole.Listitem).Filter(new() { HasText = network })).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Lift the chosen" }).ClickAsync();
        var came = page.GetByRole(AriaRole.Status).Filter(new() { HasText = "What came of it" });
        foreach (var network in networks)
            await Assertions.Expect(came).ToContainTextAsync($"{network}/32 is no longer blocked");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Lift the block of 198.51.100.2" })).ToHaveCountAsync(0);
        await CloseAsync(page);
    }

    [Fact(DisplayName = "It was the owner: what ends stands before, and a stay is announced with the same answer")]
    public async Task The_owner()
    {
        var page = await crowd.OpenAsync();
        await GoAsync(page, (await crowd.StandingAsync(page, 1))[0]);
        await page.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "ends: " }).First).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Assertions.Expect(dialog.GetByLabel("Last day")).ToBeVisibleAsync();
        await dialog.GetByLabel("Places").FillAsync("ES");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "It was the owner" }).ClickAsync();
        await Assertions.Expect(page.GetByText("released, and learnt as usual")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "It was the owner" })).ToHaveCountAsync(0);
        // The list of announcements was there before; it is asked for anew.
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Take back" })).ToContainTextAsync("ES");
        await CloseAsync(page);
    }

    [Fact(DisplayName = "It was an attack: what is left to do is listed after; a lock says what it does for each grade, and how it is taken back")]
    public async Task An_attack_and_a_lock()
    {
        var page = await crowd.OpenAsync();
        var victim = (await crowd.StandingAsync(page, 1))[0];
        await GoAsync(page, victim);
        await page.GetByRole(AriaRole.Button, new() { Name = "It was an attack" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToContainTextAsync("suspended as far as its policy allows");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "It was an attack" }).ClickAsync();
        var next = page.GetByRole(AriaRole.Region, new() { Name = "What to do next" });
        await Assertions.Expect(next).ToContainTextAsync("Change the password in your panel");
        await Assertions.Expect(next).ToContainTextAsync("forwarding and filters");
        await ConsoleBrowser.KeepAsync(page, "attack-next");

        await page.GetByRole(AriaRole.Button, new() { Name = "Lock account" }).ClickAsync();
        var will = dialog.GetByRole(AriaRole.Status);
        await dialog.GetByLabel("sending alone").CheckAsync();
        await Assertions.Expect(will).ToContainTextAsync("cannot send");
        await dialog.GetByLabel("everything: logins and sending").CheckAsync();
        await Assertions.Expect(will).ToContainTextAsync("Nobody can log in as");
        await Assertions.Expect(will).ToContainTextAsync("Release takes it back at any time");
        await dialog.GetByRole(AriaRole.Combobox).SelectOptionAsync("72");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Lock account" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"{victim}: locked", new() { Exact = true })).ToBeVisibleAsync();
        await CloseAsync(page);
    }

    private Task GoAsync(IPage page, string account) => crowd.Guard.GoAsync(page, $"/accounts/{Uri.EscapeDataString(account)}", account);

    private async Task CloseAsync(params IPage[] pages)
    {
        crowd.Browser.ExpectNoFaults(pages);
        foreach (var page in pages)
            await page.Context.CloseAsync();
    }

    private static async Task PressAsync(IPage page, string button, string confirm)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = confirm }).ClickAsync();
    }

    private static ILocator Row(IPage page, string account) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = account });
}
