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
        await FigureDetails.AttackAsync(figures, "info@example.com");
        foreach (var account in new[] { "info@example.com", "marie@example.net" })
            await FigureDetails.AccountAsync(figures, account);
        await FigureDetails.AddressAsync(figures, "178.93.211.97");
        await FigureDetails.SiteAsync(figures, "example.com");
        await FigureDetails.QuotasAsync(figures, "example.com");
        await FigureDetails.ExemptAsync(figures);
        await FigureDetails.UnknownAsync(figures);
        await FigureDetails.SignInAsync(figures);
        await FigurePages.AuditAsync(figures);
        await FigurePages.HealthAsync(figures);
        TestContext.Current.TestOutputHelper?.WriteLine($"{figures.Compared} figures compared, the biggest is {figures.Biggest}");
        await page.Context.CloseAsync();
        var mailbox = await story.MailboxAsync(Look.Opposites[0]);
        var own = new Figures(mailbox, story.Guard.Address);
        await FigureDetails.MailboxAsync(own, "info@example.com");
        TestContext.Current.TestOutputHelper?.WriteLine($"of the mailbox's owner {own.Compared}, the biggest is {own.Biggest}");
        await mailbox.Context.CloseAsync();
    }
}
