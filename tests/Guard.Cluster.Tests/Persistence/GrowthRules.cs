using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Actors.Serialization;
using Guard.Host.Running;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>The journal does not grow for ever: what a snapshot holds is cleaned up, but for the rows that are to be kept.</summary>
public sealed class GrowthRules : IDisposable
{
    private const int SnapshotEvery = 10;
    private const int KeepEvents = 20;
    private const int Written = 300;
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly UserId User = new("info@example.com");

    private readonly StoragePlace _place = new();

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task Rows_of_an_account_stay_bounded_however_long_it_lives_and_nothing_of_its_life_is_lost(string engine)
    {
        var (system, regions) = await StartAsync(engine);
        for (var i = 1UL; i <= Written; i++)
            await regions.Users.Ask<Observed>(new UserCommands.Observe(User, [Login(i)]), Patience, TestContext.Current.CancellationToken);
        // Cleaning up goes on behind the last answer, and one that failed comes again with the next snapshot of an account that lives on. A batch weighs its
        // events and one more, so that each fifth row brings a snapshot.
        var bound = KeepEvents + 2 * SnapshotEvery;
        var waited = System.Diagnostics.Stopwatch.StartNew();
        var written = (ulong)Written;
        for (var (rows, snapshots) = (Rows(), Snapshots()); rows > bound || snapshots > 2; (rows, snapshots) = (Rows(), Snapshots()))
        {
            Assert.True(waited.Elapsed < Patience, $"{rows} rows and {snapshots} snapshots after {written} events; at most {bound} and 2 were expected");
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await regions.Users.Ask<Observed>(new UserCommands.Observe(User, [Login(++written)]), Patience, TestContext.Current.CancellationToken);
        }
        Assert.True(Rows() >= KeepEvents);
        await system.Terminate();

        var (again, recovered) = await StartAsync(engine);
        var status = await recovered.Users.Ask<UserStatus>(new UserCommands.GetStatus(User), Patience, TestContext.Current.CancellationToken);
        Assert.Equal((long)written, status.Totals.Logins);
        await again.Terminate();
    }

    private long Rows() => (long)_place.Scalar("SELECT COUNT(*) FROM journal WHERE persistence_id = 'user-info@example.com'")!;

    private long Snapshots() => (long)_place.Scalar("SELECT COUNT(*) FROM snapshot WHERE persistence_id = 'user-info@example.com'")!;

    private static Login Login(ulong number) =>
        new(
            User,
            At.AddMinutes(number),
            new Place(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB"),
            new ObservationOrigin("mail.log", number),
            Service.Imap,
            LoginOutcome.Succeeded
        );

    private async Task<(ActorSystem System, GuardRegions Regions)> StartAsync(string engine)
    {
        var config = ConfigurationFactory
            .ParseString(
                "akka { loglevel = ERROR\n actor.provider = cluster\n cluster.sharding.state-store-mode = ddata\n remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 } }"
            )
            .WithFallback(PersistenceConfiguration.Of(_place.Settings(engine)))
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon));
        var system = ActorSystem.Create("AccountGuard", config);
        var effects = system.ActorOf(Props.Create(() => new Nothing()));
        var policy = GuardPolicy.Default with { Quotas = [] };
        var regions = GuardRegions.Start(
            system,
            new EffectRoutes(effects, effects, effects),
            new Policies(PolicyBook.Of(policy)),
            new Clock(),
            new EntityOptions(SnapshotEvery, KeepEvents, TimeSpan.FromMinutes(5))
        );
        var up = new TaskCompletionSource();
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(up.SetResult);
        cluster.Join(cluster.SelfAddress);
        await up.Task.WaitAsync(Patience);
        return (system, regions);
    }

    public void Dispose() => _place.Dispose();

    private sealed class Policies(PolicyBook book) : IPolicySource
    {
        public PolicyBook Current => book;
    }

    private sealed class Clock : IGuardClock
    {
        public DateTimeOffset Now => At;
    }

    private sealed class Nothing : ReceiveActor
    {
        public Nothing() => Receive<Effect>(effect => Sender.Tell(new EffectDone(effect.User, effect.Id)));
    }
}
