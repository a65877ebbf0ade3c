using Akka.Actor;
using Guard.Actors.Users;
using Guard.Cluster.Tests;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>Accounts of many sites that did the same at once, as an admin finds it.</summary>
public sealed class AllSitesTests
{
    /// <summary>Half a day passes before a host knows what is usual: it has passed in this journal.</summary>
    private static async Task TurnAsync(GuardOnSqlite journal, DateTimeOffset now)
    {
        var life = await journal.StartAsync(GuardPolicy.Default, now.AddHours(-14));
        life.System.ActorOf(HostFollower.Props(life.Regions.Sites, new HostStanding(), life.Clock, "before"));
        await Eventually.Is(async () => await journal.RowsAsync("site-*") == 1);
        life.Clock.Now = now;
        for (var i = 0; i < 6; i++)
        {
            var note = new SiteCommands.NoteReaction(
                new SiteId($"site{i}.example"),
                new UserId($"info@site{i}.example"),
                1,
                now.AddMinutes(i - 6),
                Rung.Reported
            );
            await life.Regions.Sites.Ask<ReactionNoted>(note, GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        }
        await Eventually.Is(async () =>
            (
                await life.Regions.Sites.Ask<SiteStatus>(new SiteCommands.GetStatus(SiteId.Host), GuardOnSqlite.Patience, TestContext.Current.CancellationToken)
            ).Rung == Rung.Reported
        );
        await life.System.Terminate();
    }

    private static (string Out, string Error, int Code) Show(ConsoleGuard guard) =>
        guard.Program.Guard("inspect", "site", "show", "*", "--config", guard.Program["guard.conf"]);

    [Fact(DisplayName = "What accounts of many sites do at once stands above the list of sites, on the command line too, and is released from there")]
    public async Task Released()
    {
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard();
        await guard.SetUpAsync(page);
        await guard.GoAsync(page, "/sites", "Sites");
        var together = page.GetByRole(AriaRole.Region, new() { Name = "All sites together" });
        await Assertions.Expect(together).ToHaveCountAsync(0);
        guard.Kill();
        using (var journal = new GuardOnSqlite(guard.Program["data/accountguard.db"]))
            await TurnAsync(journal, DateTimeOffset.UtcNow);
        guard.Start();
        await Eventually.Is(() => Show(guard) is { Code: 0, Out: var said } && said.Contains("reported", StringComparison.Ordinal));
        await guard.GoAsync(page, "/sites", "Sites");
        await Assertions.Expect(together).ToContainTextAsync("sites sent mail from countries where they never were");
        await Assertions.Expect(together).ToContainTextAsync("weighs more at every account until");
        await ConsoleBrowser.KeepAsync(page, "sites-together");
        await together.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("a fair abroad");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Assertions.Expect(together).ToHaveCountAsync(0);
        var (shown, error, code) = Show(guard);
        Assert.True(code == 0, error);
        Assert.Contains("normal", shown, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
