using Akka.Actor;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Waking;
using Xunit;

namespace Guard.Cluster.Tests.Waking;

/// <summary>An account that stood above normal, or owed effects, when its node died is not forgotten, although nobody asks for it.</summary>
public sealed class WakerSpecs : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UserId User = new("info@example.com");

    private static readonly GuardPolicy Suspending = GuardPolicy.Default with
    {
        Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 10)],
        Reactions = ReactionPolicy.Default with
        {
            OnQuota = Rung.Suspended,
            SuspendFor = TimeSpan.FromHours(1),
            OnAnomaly = new AnomalyThresholds(null, null, null, null),
        },
    };

    private readonly GuardOnSqlite _guard = new();

    private static Submission Mail(int recipients) =>
        new(
            User,
            At.AddSeconds(1),
            new Place(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB"),
            new ObservationOrigin("mail.log", 1),
            recipients,
            1000,
            "Q"
        );

    private static Task SuspendAsync(GuardOnSqlite.Life life) =>
        life.Regions.Users.Ask<Decision>(new UserCommands.Decide(User, "1", Mail(11)), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_rung_ends_on_time_after_a_restart_without_any_traffic()
    {
        var first = await _guard.StartAsync(Suspending, At);
        await SuspendAsync(first);
        await Eventually.Is(
            () => Task.FromResult(first.Effects.Carried.Any(effect => effect.Kind == EffectKind.LockAccount)),
            () => "the account was never locked"
        );
        await first.System.Terminate();

        // Every rung's time is over; only the account itself can say so.
        var second = await _guard.StartAsync(Suspending, At.AddDays(30));
        await Eventually.Is(
            () => Task.FromResult(second.Effects.Carried.Any(effect => effect.Kind == EffectKind.UnlockAccount)),
            () => "the account slept through the end of its lock"
        );
        var status = await second.Regions.Users.Ask<UserStatus>(
            new UserCommands.GetStatus(User),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(Rung.Normal, status.Rung);
        await second.System.Terminate();
    }

    [Fact]
    public async Task A_rung_whose_time_is_not_over_ends_when_it_is()
    {
        var first = await _guard.StartAsync(Suspending, At, loses: true);
        await SuspendAsync(first);
        await first.System.Terminate();

        var second = await _guard.StartAsync(Suspending, At.AddMinutes(30));
        await Eventually.Is(
            () => Task.FromResult(second.Effects.Carried.Any(effect => effect.Kind == EffectKind.LockAccount)),
            () => "the lock was never carried out"
        );
        Assert.DoesNotContain(second.Effects.Carried, effect => effect.Kind == EffectKind.UnlockAccount);
        second.Clock.Now = At.AddDays(30);
        await Eventually.Is(
            () => Task.FromResult(second.Effects.Carried.Any(effect => effect.Kind == EffectKind.UnlockAccount)),
            () => "the account slept through the end of its lock"
        );
        await second.System.Terminate();
    }

    [Fact]
    public async Task Effects_that_were_owed_at_the_end_go_out_after_a_restart_without_any_traffic()
    {
        var first = await _guard.StartAsync(Suspending, At, loses: true);
        await SuspendAsync(first);
        await first.System.Terminate();
        Assert.Empty(first.Effects.Carried);

        var second = await _guard.StartAsync(Suspending, At.AddSeconds(10));
        await Eventually.Is(
            () => Task.FromResult(second.Effects.Carried.Select(effect => effect.Kind).ToHashSet().IsSupersetOf([EffectKind.Report, EffectKind.LockAccount])),
            () => "owed effects were forgotten"
        );
        await second.System.Terminate();
    }

    [Fact]
    public async Task The_end_of_each_rung_is_told_once_and_the_site_hears_of_it_also_after_a_restart()
    {
        var first = await _guard.StartAsync(Suspending, At, loses: true);
        await SuspendAsync(first);
        first.Clock.Now = At.AddDays(30);
        await Eventually.Is(
            async () =>
                (
                    await first.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(User), GuardOnSqlite.Patience, TestContext.Current.CancellationToken)
                ).Rung == Rung.Normal,
            () => "the lock does not end"
        );
        await first.System.Terminate();

        var second = await _guard.StartAsync(Suspending, At.AddDays(30));
        await Eventually.Is(async () => (await _guard.WakersAsync(second.System)).Entries.IsEmpty, () => "its waker never lets it go");
        Assert.Equal(
            [(Rung.Normal, Rung.Suspended), (Rung.Suspended, Rung.Restricted), (Rung.Restricted, Rung.Normal)],
            second
                .Effects.Carried.Where(effect => effect.Kind == EffectKind.Report)
                .DistinctBy(effect => effect.Id)
                .OrderBy(effect => effect.Id)
                .Select(effect => (effect.From, effect.To))
        );
        Assert.All(
            second.Effects.Carried.Where(effect => effect.IsEnd && effect.Kind == EffectKind.Report),
            effect => Assert.Equal(ReasonCodes.TimeIsUp, effect.Reasons[0].Code)
        );
        var site = await second.Regions.Sites.Ask<SiteStatus>(
            new SiteCommands.GetStatus(new SiteId("example.com")),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([$"{User} normal"], site.RecentUsers);
        await second.System.Terminate();
    }

    [Fact]
    public async Task A_sites_report_that_was_owed_at_the_end_goes_out_after_a_restart_without_any_traffic_and_the_site_is_let_go()
    {
        var alarmed = Suspending with
        {
            SiteAlarm = new SiteAlarmPolicy(1, 0, 0, 0),
            Reactions = Suspending.Reactions with { ReportFor = TimeSpan.FromDays(1) },
        };
        var first = await _guard.StartAsync(alarmed, At, loses: true);
        await SuspendAsync(first);
        var site = new SiteId("example.com");
        await Eventually.Is(
            async () =>
                (
                    await first.Regions.Sites.Ask<SiteStatus>(new SiteCommands.GetStatus(site), GuardOnSqlite.Patience, TestContext.Current.CancellationToken)
                ).Rung == Rung.Reported,
            () => "the site does not react"
        );
        await Eventually.Is(async () => (await _guard.WakersAsync(first.System)).Entries.ContainsKey(WakeKey.Of(site)), () => "no waker knows the site");
        await first.System.Terminate();

        var second = await _guard.StartAsync(alarmed, At.AddSeconds(10));
        await Eventually.Is(() => Task.FromResult(second.Effects.Carried.Any(effect => effect.Site == site)), () => "the site's report was forgotten");
        second.Clock.Now = At.AddDays(30);
        await Eventually.Is(async () => (await _guard.WakersAsync(second.System)).Entries.IsEmpty, () => "its waker never lets it go");
        Assert.Single(second.Effects.Carried, effect => effect.Site == site && effect.At < At.AddHours(1));
        await second.System.Terminate();
    }

    [Fact]
    public async Task Whoever_is_normal_again_and_owes_nothing_is_let_go()
    {
        var first = await _guard.StartAsync(Suspending, At);
        await SuspendAsync(first);
        await first.Regions.Users.Ask<Done>(new UserCommands.Release(User, At.AddMinutes(1)), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        await Eventually.Is(
            () => Task.FromResult(first.Effects.Carried.Any(effect => effect.Kind == EffectKind.UnlockAccount)),
            () => "the account was never unlocked"
        );
        await Eventually.Is(async () => (await _guard.WakersAsync(first.System)).Entries.IsEmpty, () => "its waker never lets it go");
        await first.System.Terminate();
    }

    [Fact]
    public async Task Who_stands_above_normal_is_in_the_journal_of_its_waker_before_its_own_says_so()
    {
        var first = await _guard.StartAsync(Suspending, At, loses: true);
        await SuspendAsync(first);
        Assert.Equal(User, Assert.Single((await _guard.WakersAsync(first.System)).Entries).Key.User);
        var (waker, account) = await _guard.NumbersAsync("waker-%", "user-%");
        Assert.True(waker < account, $"the account's row {account} was written before its waker's {waker}");
        await first.System.Terminate();
    }

    public void Dispose() => _guard.Dispose();
}
