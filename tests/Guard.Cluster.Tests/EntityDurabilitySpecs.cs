using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Actors.Serialization;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>Entities behind real regions on a real SQLite journal.</summary>
public sealed class EntityDurabilitySpecs : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-cluster").FullName;

    private sealed class Policies(PolicyBook book) : IPolicySource
    {
        public PolicyBook Current => book;
    }

    private sealed class Clock : IGuardClock
    {
        public DateTimeOffset Now => At;
    }

    private sealed class Counting : IEffector
    {
        public List<Effect> Carried { get; } = [];

        public void Carry(Effect effect) => Carried.Add(effect);
    }

    /// <summary>Carries each effect out and confirms it.</summary>
    private sealed class Carrying : ReceiveActor
    {
        public Carrying(Counting effector) =>
            Receive<Effect>(effect =>
            {
                effector.Carry(effect);
                Sender.Tell(new EffectDone(effect.User, effect.Id));
            });
    }

    private async Task<(ActorSystem System, GuardRegions Regions, Counting Effects)> StartAsync(GuardPolicy policy, bool groupCommit = true)
    {
        var file = Path.Combine(_directory, "guard.db");
        // As the host prepares it: with a write-ahead log, so that recoveries do not wait for writers.
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL";
            await command.ExecuteNonQueryAsync();
        }
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                akka {
                  loglevel = ERROR
                  actor { provider = cluster }
                  remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
                  persistence {
                    {{(groupCommit ? GroupCommit(file) : "")}}
                    journal { {{(groupCommit ? "" : "plugin = \"akka.persistence.journal.sql\"")}}
                      sql { class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql", connection-string = "Data Source={{file}}", provider-name = "SQLite.MS", auto-initialize = true, read-isolation-level = read-uncommitted } }
                    snapshot-store { {{(groupCommit ? "" : "plugin = \"akka.persistence.snapshot-store.sql\"")}}
                      sql { class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql", connection-string = "Data Source={{file}}", provider-name = "SQLite.MS", auto-initialize = true, read-isolation-level = read-uncommitted } }
                  }
                }
                """
            )
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon));
        var system = ActorSystem.Create("AccountGuard", config);
        var effector = new Counting();
        var carrying = system.ActorOf(Props.Create(() => new Carrying(effector)));
        var routes = new EffectRoutes(carrying, carrying, carrying);
        var regions = GuardRegions.Start(system, routes, new Policies(PolicyBook.Of(policy)), new Clock(), new EntityOptions(3, 5, TimeSpan.FromMinutes(5)));
        var up = new TaskCompletionSource();
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(up.SetResult);
        cluster.Join(cluster.SelfAddress);
        await up.Task.WaitAsync(Patience);
        return (system, regions, effector);
    }

    private static string GroupCommit(string file) =>
        $$"""
            journal { plugin = "akka.persistence.journal.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupJournal, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{file}}", synchronous = full } }
            snapshot-store { plugin = "akka.persistence.snapshot-store.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupSnapshotStore, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{file}}", synchronous = full } }
            """;

    private static Place Place { get; } = new(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB");

    private static Submission Mail(UserId user, ulong position, int recipients = 1) =>
        new(user, At.AddSeconds(position), Place, new ObservationOrigin("mail.log", position), recipients, 1000, "Q");

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task What_was_acknowledged_is_there_after_a_restart_with_either_engine_and_redelivery_counts_nothing(bool writes, bool reads)
    {
        var user = new UserId("info@example.com");
        var (first, regions, _) = await StartAsync(GuardPolicy.Default, writes);
        for (ulong batch = 0; batch < 10; batch++)
        {
            var mails = Enumerable.Range(1, 7).Select(i => (Observation)Mail(user, batch * 7 + (ulong)i)).ToImmutableArray();
            var observed = await regions.Users.Ask<Observed>(new UserCommands.Observe(user, mails), Patience, TestContext.Current.CancellationToken);
            Assert.Equal(batch * 7 + 7, observed.Position);
        }
        await first.Terminate();

        var (second, again, _) = await StartAsync(GuardPolicy.Default, reads);
        var repeated = Enumerable.Range(60, 15).Select(i => (Observation)Mail(user, (ulong)i)).ToImmutableArray();
        await again.Users.Ask<Observed>(new UserCommands.Observe(user, repeated), Patience, TestContext.Current.CancellationToken);
        var status = await again.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), Patience, TestContext.Current.CancellationToken);
        Assert.Equal(74, status.Totals.Submissions);
        await second.Terminate();
    }

    [Fact]
    public async Task A_site_wide_quota_is_exact_under_sixty_four_parallel_submitters()
    {
        const int Limit = 500;
        var policy = GuardPolicy.Default with
        {
            Mode = GuardMode.Enforce,
            Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, Limit, Of: QuotaScope.Site)],
            Reactions = ReactionPolicy.Default with { OnAnomaly = new AnomalyThresholds(null, null, null, null) },
        };
        var (system, regions, _) = await StartAsync(policy);
        var submitters = Enumerable
            .Range(0, 64)
            .Select(async index =>
            {
                var user = new UserId($"user{index}@example.com");
                var allowed = 0;
                for (ulong mail = 1; mail <= 12; mail++)
                {
                    var decision = await regions.Users.Ask<Decision>(new UserCommands.Decide(user, $"{index}/{mail}", Mail(user, mail)), Patience);
                    allowed += decision.Verdict == Verdict.Allow ? 1 : 0;
                }
                return allowed;
            });
        Assert.Equal(Limit, (await Task.WhenAll(submitters)).Sum());
        await system.Terminate();
    }

    [Fact]
    public async Task Effects_are_carried_out_once_and_confirmed()
    {
        var user = new UserId("info@example.com");
        var policy = GuardPolicy.Default with
        {
            Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 10)],
            Reactions = ReactionPolicy.Default with { OnQuota = Rung.Suspended, OnAnomaly = new AnomalyThresholds(null, null, null, null) },
        };
        var (system, regions, effects) = await StartAsync(policy);
        await regions.Users.Ask<Decision>(new UserCommands.Decide(user, "1", Mail(user, 1, 11)), Patience, TestContext.Current.CancellationToken);
        await regions.Users.Ask<Done>(new UserCommands.Release(user, At.AddMinutes(5)), Patience, TestContext.Current.CancellationToken);
        var status = await regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Rung.Normal, status.Rung);
        await system.Terminate();
        Assert.Equal(
            [EffectKind.Report, EffectKind.LockAccount, EffectKind.UnlockAccount, EffectKind.Report, EffectKind.LiftBlocks],
            effects.Carried.OrderBy(effect => effect.Id).Select(effect => effect.Kind)
        );
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, true);
    }
}
