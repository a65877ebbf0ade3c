using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The figures that pages show are those that the API tells: of the demo's story.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FigureTests(StoryGuard story)
{
    [Fact(
        DisplayName = "Counts, rates, lists, the map's list, an account's, a site's, an address's and the guard's own figures on the pages are those of the API"
    )]
    public async Task Shown()
    {
        var page = await story.AdminAsync();
        var figures = new Figures(page, story.Guard.Address);
        await FigurePages.NowAsync(figures);
        await FigurePages.StripAsync(figures);
        await FigurePages.TotalsAsync(figures);
        await FigurePages.ListsAsync(figures);
        await FigurePages.AccountAsync(figures, "info@example.com");
        await FigurePages.SiteAsync(figures, "example.com");
        await FigurePages.AddressAsync(figures, "178.93.211.97");
        await FigurePages.AuditAsync(figures);
        await FigurePages.HealthAsync(figures);
        TestContext.Current.TestOutputHelper?.WriteLine($"{figures.Compared} figures compared, the biggest is {figures.Biggest}");
        await page.Context.CloseAsync();
    }
}
