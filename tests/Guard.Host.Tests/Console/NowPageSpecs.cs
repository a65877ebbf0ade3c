using System.Collections.Immutable;
using System.Threading.Channels;
using Bunit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Pages;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using TestContext = Xunit.TestContext;

namespace Guard.Host.Tests.Console;

public sealed class NowPageSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_flood_of_decisions_with_equal_ones_among_them_is_drawn_once_a_tick_and_only_the_latest_are_kept()
    {
        await using var pages = new Pages(AccessScope.ServerAdmin("root", ""));
        var live = new GivenLive();
        var acts = new RememberingActs();
        pages.Services.AddSingleton<ILiveView>(live).AddSingleton<IAccountActs>(acts).AddSingleton<IBlocksAndLocks>(acts);
        var page = pages.Render<NowPage>();
        var before = page.RenderCount;
        for (var tick = 0; tick < 40; tick++)
            await live.Ticks.Writer.WriteAsync(
                new LiveTick([.. Enumerable.Range(0, 100).Select(number => Decision((tick * 100 + number) / 2))], 25, 500, false),
                TestContext.Current.CancellationToken
            );
        page.WaitForAssertion(() => Assert.Contains("user1999@", page.Find("ol.live li").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(60, page.FindAll("ol.live li").Count);
        Assert.Contains("1,000 decisions came too fast", page.Markup.Replace("1000", "1,000", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.InRange(page.RenderCount - before, 1, 60);
    }

    [Fact]
    public async Task An_incident_that_begins_while_the_page_is_open_appears()
    {
        await using var pages = new Pages(AccessScope.ReadOnly("looker", ""));
        var live = new GivenLive();
        var acts = new RememberingActs();
        pages.Services.AddSingleton<ILiveView>(live).AddSingleton<IAccountActs>(acts).AddSingleton<IBlocksAndLocks>(acts);
        var page = pages.Render<NowPage>();
        page.WaitForAssertion(() => Assert.Contains("All is quiet", page.Markup, StringComparison.Ordinal), Patience);
        live.Incidents = [Pages.Incident("info@example.com")];
        await live.Ticks.Writer.WriteAsync(new LiveTick([], 0, 1, true), TestContext.Current.CancellationToken);
        page.WaitForAssertion(() => Assert.Equal("info@example.com", page.Find("article h3").TextContent.Trim()), Patience);
    }

    private static LiveDecision Decision(int number) =>
        new(
            DateTimeOffset.UnixEpoch.AddSeconds(number),
            new UserId($"user{number}@example.com"),
            new SiteId("example.com"),
            "login imap",
            "192.0.2.7",
            "GB",
            0,
            Rung.Normal,
            ""
        );

    private sealed class GivenLive : ILiveView
    {
        public Channel<LiveTick> Ticks { get; } = Channel.CreateUnbounded<LiveTick>();

        public ImmutableArray<Incident> Incidents { get; set; } = [];

        public Task<Page<Incident>> IncidentsAsync(AccessScope scope, IncidentQuery query, CancellationToken cancel) =>
            Task.FromResult(new Page<Incident>(Incidents, Incidents.Length, 0));

        public Task<ImmutableArray<CountryCount>> MapAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel) =>
            Task.FromResult(ImmutableArray.Create(new CountryCount("GB", "United Kingdom", 12, 1, 3, 0), new CountryCount("RO", "Romania", 2, 9, 0, 4)));

        public Task<ImmutableArray<RatePoint>> RatesAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel) =>
            Task.FromResult(ImmutableArray.Create(new RatePoint(DateTimeOffset.UnixEpoch, 3, 1, 2, 5, 0, 0)));

        public Task<ImmutableArray<HealthItem>> HealthAsync(AccessScope scope, CancellationToken cancel) =>
            Task.FromResult(ImmutableArray.Create(new HealthItem("node", "intake", "mail.log", true, "follows", [])));

        public IAsyncEnumerable<LiveTick> FollowAsync(AccessScope scope, CancellationToken cancel) => Ticks.Reader.ReadAllAsync(cancel);
    }
}
