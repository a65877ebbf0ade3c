using Akka.Actor;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>What sites note of their accounts becomes where the host stands, and every node hears of it.</summary>
public sealed class HostFollowerSpecs : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly GuardOnSqlite _guard = new();

    private static async Task<HostStanding> FollowAsync(GuardOnSqlite.Life life, string node)
    {
        var standing = new HostStanding();
        life.System.ActorOf(HostFollower.Props(life.Regions.Sites, standing, life.Clock, node));
        // Whoever asks hears it at once; it also begins what is usual.
        await life.Regions.Sites.Ask<SiteStatus>(new SiteCommands.GetStatus(SiteId.Host), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        return standing;
    }

    private static async Task<Rung> RungAsync(GuardOnSqlite.Life life) =>
        (await life.Regions.Sites.Ask<SiteStatus>(new SiteCommands.GetStatus(SiteId.Host), GuardOnSqlite.Patience, TestContext.Current.CancellationToken)).Rung;

    [Fact]
    public async Task Six_sites_with_the_same_turn_bring_the_host_to_a_report_that_each_node_hears_of_also_after_a_restart()
    {
        var life = await _guard.StartAsync(GuardPolicy.Default, At);
        var standing = await FollowAsync(life, "one");
        await Eventually.Is(async () => await _guard.RowsAsync("site-*") == 1);
        life.Clock.Now = At.AddHours(13);
        for (var i = 0; i < 6; i++)
        {
            var (site, user) = (new SiteId($"site{i}.example"), new UserId($"info@site{i}.example"));
            var note = new SiteCommands.NoteReaction(site, user, 1, life.Clock.Now.AddMinutes(i - 6), Rung.Reported);
            var noted = await life.Regions.Sites.Ask<ReactionNoted>(note, GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
            Assert.Equal((site, user), (noted.Site, noted.User));
        }
        await Eventually.Is(async () => await RungAsync(life) == Rung.Reported);
        await Eventually.Is(() => standing.Current.At(life.Clock.Now.ToUnixTimeMilliseconds()) == Rung.Reported);
        await Eventually.Is(() => life.Effects.Carried.Any(effect => effect.Site == SiteId.Host && effect.Kind == EffectKind.Report));
        await life.System.Terminate();

        var again = await _guard.StartAsync(GuardPolicy.Default, life.Clock.Now);
        var late = await FollowAsync(again, "two");
        await Eventually.Is(() => late.Current.At(again.Clock.Now.ToUnixTimeMilliseconds()) == Rung.Reported);
        await again.Regions.Sites.Ask<SiteStatus>(
            new SiteCommands.Release(SiteId.Host, again.Clock.Now),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );
        await Eventually.Is(() => late.Current == SiteStanding.None);
        await again.System.Terminate();
    }

    public void Dispose() => _guard.Dispose();
}
