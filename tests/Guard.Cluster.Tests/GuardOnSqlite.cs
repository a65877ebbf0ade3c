using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Actors.Regions;
using Guard.Actors.Serialization;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;
using Guard.Messages.Waking;

namespace Guard.Cluster.Tests;

/// <summary>Regions on a SQLite journal that outlives them.</summary>
/// <param name="file">A journal that is there already, and stays; null for one of its own.</param>
internal sealed class GuardOnSqlite(string? file = null) : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string? _directory = file is null ? Directory.CreateTempSubdirectory("accountguard-cluster").FullName : null;

    /// <summary>One life of a node, with the time that it believes.</summary>
    public sealed record Life(ActorSystem System, GuardRegions Regions, MovedClock Clock, EffectLog Effects);

    public sealed class MovedClock(DateTimeOffset now) : IGuardClock
    {
        public DateTimeOffset Now { get; set; } = now;
    }

    /// <summary>Carries effects out by writing them down, or loses them.</summary>
    public sealed class EffectLog
    {
        public ConcurrentQueue<Effect> Carried { get; } = [];
    }

    private sealed class Hands : ReceiveActor
    {
        public Hands(EffectLog log, bool loses) =>
            Receive<Effect>(effect =>
            {
                if (loses)
                    return;
                log.Carried.Enqueue(effect);
                Sender.Tell(new EffectDone(effect.User, effect.Id));
            });
    }

    private sealed class Policies(PolicyBook book) : IPolicySource
    {
        public PolicyBook Current => book;
    }

    /// <param name="loses">Effects are never carried out or confirmed.</param>
    public async Task<Life> StartAsync(GuardPolicy policy, DateTimeOffset now, bool loses = false)
    {
        await using (var connection = await OpenAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL";
            await command.ExecuteNonQueryAsync();
        }
        var config = ConfigurationFactory
            .ParseString(
                $$"""
                akka {
                  loglevel = ERROR
                  actor.provider = cluster
                  remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
                  cluster.sharding { state-store-mode = ddata, distributed-data.durable.keys = [] }
                  persistence {
                    journal { plugin = "akka.persistence.journal.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupJournal, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{File}}", synchronous = full } }
                    snapshot-store { plugin = "akka.persistence.snapshot-store.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupSnapshotStore, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{File}}", synchronous = full } }
                  }
                }
                """
            )
            .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon));
        var system = ActorSystem.Create("AccountGuard", config);
        var clock = new MovedClock(now);
        var effects = new EffectLog();
        var supervisor = system.ActorOf(Props.Create(() => new Hands(effects, loses)));
        var regions = GuardRegions.Start(
            system,
            new EffectRoutes(supervisor, supervisor, supervisor),
            new Policies(PolicyBook.Of(policy)),
            clock,
            new EntityOptions(3, 5, TimeSpan.FromMinutes(5)) { WakeEvery = TimeSpan.FromMilliseconds(200) }
        );
        var up = new TaskCompletionSource();
        var cluster = Akka.Cluster.Cluster.Get(system);
        cluster.RegisterOnMemberUp(up.SetResult);
        cluster.Join(cluster.SelfAddress);
        await up.Task.WaitAsync(Patience);
        return new Life(system, regions, clock, effects);
    }

    /// <summary>What the wakers have journaled, all together.</summary>
    public async Task<WakerState> WakersAsync(ActorSystem system)
    {
        var serializer = new GuardSerializer((ExtendedActorSystem)system);
        var state = WakerState.Empty;
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT message, manifest FROM journal WHERE persistence_id LIKE 'waker-%' ORDER BY ordering";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            state = state.Apply((WakerChanged)serializer.FromBinary((byte[])rows[0], rows.GetString(1)));
        return state;
    }

    /// <summary>Rows of a kind of entity in the journal.</summary>
    public async Task<long> RowsAsync(string kind)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM journal WHERE persistence_id LIKE $kind";
        command.Parameters.AddWithValue("$kind", kind);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The places in the journal of the first rows of two kinds of entities.</summary>
    public async Task<(long First, long Second)> NumbersAsync(string first, string second)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT (SELECT MIN(ordering) FROM journal WHERE persistence_id LIKE $first), (SELECT MIN(ordering) FROM journal WHERE persistence_id LIKE $second)";
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$second", second);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public string File => file ?? Path.Combine(_directory!, "guard.db");

    public async Task<Microsoft.Data.Sqlite.SqliteConnection> OpenAsync()
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_directory is not null)
            Directory.Delete(_directory, true);
    }
}
