using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>The figures that pages show are those that the API tells: among 10,000 accounts and 42 takeovers.</summary>
[Collection(CrowdCollection.Name)]
public sealed class CrowdFigureTests(CrowdGuard crowd)
{
    [Fact(DisplayName = "With 10,000 accounts each figure on the pages is that of the API")]
    public async Task Shown()
    {
        var page = await crowd.OpenAsync();
        var figures = new Figures(page, crowd.Guard.Address);
        await FigurePages.NowAsync(figures);
        await FigurePages.StripAsync(figures);
        await FigurePages.TotalsAsync(figures);
        await FigurePages.ListsAsync(figures);
        await FigurePages.AccountAsync(figures, CrowdLog.Victim(30));
        await FigurePages.SiteAsync(figures, CrowdLog.Site(30));
        var incident = (await figures.AskAsync($"/api/v1/incidents?open=all&user={CrowdLog.Victim(30)}")).GetProperty("items").EnumerateArray().First();
        await FigurePages.AddressAsync(figures, Figures.Text(incident, "address"));
        await FigureDetails.AttackAsync(figures, CrowdLog.Victim(30));
        await FigureDetails.AccountAsync(figures, CrowdLog.Victim(30));
        await FigureDetails.AddressAsync(figures, Figures.Text(incident, "address"));
        await FigureDetails.SiteAsync(figures, CrowdLog.Site(30));
        await FigureDetails.ExemptAsync(figures);
        await FigureDetails.UnknownAsync(figures);
        await FigurePages.AuditAsync(figures);
        await FigurePages.HealthAsync(figures);
        Assert.True(figures.Biggest >= CrowdLog.Accounts, $"the biggest figure is {figures.Biggest}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{figures.Compared} figures compared, the biggest is {figures.Biggest}");
        crowd.Browser.ExpectNoFaults();
        await page.Context.CloseAsync();
    }
}
