using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Compares what a page shows with what the API answers the same person.</summary>
internal sealed class Figures(IPage page, Uri console)
{
    /// <summary>So many figures were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>The biggest of them; were all nothing, the comparison would say nothing.</summary>
    public long Biggest { get; private set; }

    public IPage Page => page;

    public static string Shown(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Shown(double number) => number.ToString(number >= 100 ? "#,0" : "0.#", CultureInfo.InvariantCulture);

    public static string Text(JsonElement row, string field) => row.GetProperty(field).GetString() ?? "";

    public async Task<JsonElement> AskAsync(string path)
    {
        var answer = await page.APIRequest.GetAsync(new Uri(console, path).ToString());
        Assert.True(answer.Ok, $"{path}: {answer.Status}");
        return JsonElement.Parse(await answer.TextAsync());
    }

    public async Task GoAsync(string path, string heading)
    {
        await page.GotoAsync(new Uri(console, path).ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#content section, #content table").First).ToBeVisibleAsync();
    }

    /// <summary>An element is a number, and nothing besides.</summary>
    public Task IsAsync(ILocator where, long number)
    {
        Count(number);
        return Assertions.Expect(where).ToHaveTextAsync(Shown(number));
    }

    /// <summary>An element has a text with numbers in it.</summary>
    public Task HasAsync(ILocator where, string text, params long[] numbers)
    {
        foreach (var number in numbers)
            Count(number);
        return Assertions.Expect(where).ToContainTextAsync(text);
    }

    public void Count(long number)
    {
        Compared++;
        Biggest = Math.Max(Biggest, number);
    }

    /// <summary>Each row of a table, named by its first link, has in its cells the numbers of that name.</summary>
    /// <param name="rows">Where the API has them, and under which field the name.</param>
    /// <param name="cells">The cells that are numbers, in order.</param>
    public async Task RowsAsync(ILocator table, IEnumerable<JsonElement> rows, Func<JsonElement, string> name, Func<JsonElement, string[]> cells)
    {
        var expected = rows.ToDictionary(name, cells);
        var shown = await table.Locator("tbody tr").AllAsync();
        Assert.NotEmpty(shown);
        foreach (var row in shown)
        {
            var named = await row.Locator("a").First.InnerTextAsync();
            Assert.True(expected.TryGetValue(named, out var numbers), $"{named} is shown and not told");
            await Assertions.Expect(row.Locator("td.number")).ToHaveTextAsync(numbers);
            foreach (var number in numbers)
                Count(long.TryParse(number.Split(' ')[0].Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var value) ? value : 0);
        }
    }

    public ILocator Tile(string label) => page.Locator(".tile").Filter(new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator("strong");
}
