using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Bench.Detection;
using Guard.Bench.Detection.Commands;
using Guard.Bench.Detection.Scoring;
using Guard.Host.Platform;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Guard.Bench.Cluster;

/// <summary>
/// Many accounts that a guard knows and that sleep: states of accounts that lived through four simulated months, under as many names as wanted, each with a
/// snapshot and the journal rows behind it that a life leaves. Written straight into the tables, since to live a million lives would take days.
/// </summary>
internal sealed class KnownAccounts
{
    private const int Templates = 320;
    private const int AccountsPerSite = 100;
    private const int SnapshotAt = 60;
    private const int RowsAfter = 2;

    /// <summary>Longer ago than the guard remembers those who are not seen.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(600);

    private readonly UserState[] _lived;
    private readonly GuardSerializer _serializer;

    private KnownAccounts(UserState[] lived, GuardSerializer serializer)
    {
        (_lived, _serializer) = (lived, serializer);
    }

    public static KnownAccounts Live()
    {
        var simulation = new Simulation(new SimulationSize(1000, Templates, 120, 2));
        var replay = new SimulatedReplay(simulation, ScoreCommand.Policies(null), false);
        replay.Run([]);
        // Those who rest at normal: the others would not sleep.
        var lived = replay.Engine.Users.Where(user => user.Reaction.Rung == Guard.Messages.Policies.Rung.Normal && user.Owed.IsEmpty).ToArray();
        var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = OFF"));
        return new KnownAccounts(lived, new GuardSerializer((ExtendedActorSystem)system));
    }

    public static UserId Name(int index) => new($"user{index}@site{index / AccountsPerSite}.example");

    /// <summary>When the last of them was seen: the clock of the accounts stands there.</summary>
    public DateTimeOffset Seen => DateTimeOffset.FromUnixTimeMilliseconds(_lived.Max(user => user.LastSeen));

    /// <summary>Those who are left were all seen before this moment, the others all after it.</summary>
    public DateTimeOffset Between => Seen - LongAgo / 2;

    /// <param name="left">The last so many were not seen for so long that a guard forgets them.</param>
    public async Task WriteAsync(Store store, int accounts, int left = 0)
    {
        // A guard makes the tables.
        SqliteFile.Prepare(store.File);
        var system = ActorSystem.Create(
            "tables",
            ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(PersistenceConfiguration.Of(store.Settings))
        );
        var persistence = Akka.Persistence.Persistence.Instance.Apply(system);
        persistence.SnapshotStoreFor(null);
        await persistence
            .JournalFor(null)
            .Ask<object>(new Akka.Persistence.ReplayMessages(0, 1, 1, "nobody", ActorRefs.Nobody), TimeSpan.FromSeconds(1))
            .ContinueWith(_ => { })
            .ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        if (store.OnPostgres)
            await ToPostgresAsync(store, accounts, left).ConfigureAwait(false);
        else
            ToSqlite(store, accounts, left);
    }

    /// <summary>States as they come back from their snapshots, for what they alone take in memory.</summary>
    public object[] Read(int accounts) => [.. Enumerable.Range(0, accounts).Select(index => _serializer.FromBinary(Make(index).Snapshot, Manifests().State))];

    private (string Id, byte[] Snapshot, byte[][] Rows) Make(int index, bool left = false)
    {
        var name = Name(index);
        var state = _lived[index % _lived.Length] with { User = name };
        if (left)
            state = state with { FirstSeen = state.FirstSeen - (long)LongAgo.TotalMilliseconds, LastSeen = state.LastSeen - (long)LongAgo.TotalMilliseconds };
        var at = DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen);
        var rows = Enumerable.Range(1, RowsAfter).Select(row => _serializer.ToBinary(new UserEventBatch(name, [new EffectConfirmed(at, row)]))).ToArray();
        return ($"user-{name.Value}", _serializer.ToBinary(state), rows);
    }

    private async Task ToPostgresAsync(Store store, int accounts, int left)
    {
        var (stateManifest, eventManifest) = Manifests();
        await using var first = new NpgsqlConnection(store.Connection);
        await using var second = new NpgsqlConnection(store.Connection);
        await first.OpenAsync().ConfigureAwait(false);
        await second.OpenAsync().ConfigureAwait(false);
        await using (
            var snapshots = await first
                .BeginBinaryImportAsync(
                    "COPY snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) FROM STDIN (FORMAT binary)"
                )
                .ConfigureAwait(false)
        )
        await using (
            var journal = await second
                .BeginBinaryImportAsync(
                    "COPY journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) FROM STDIN (FORMAT binary)"
                )
                .ConfigureAwait(false)
        )
        {
            for (var i = 0; i < accounts; i++)
            {
                var (id, state, rows) = Make(i, i >= accounts - left);
                await snapshots.StartRowAsync().ConfigureAwait(false);
                await snapshots.WriteAsync(id, NpgsqlDbType.Text).ConfigureAwait(false);
                await snapshots.WriteAsync((long)SnapshotAt, NpgsqlDbType.Bigint).ConfigureAwait(false);
                await snapshots.WriteAsync(DateTime.UtcNow.Ticks, NpgsqlDbType.Bigint).ConfigureAwait(false);
                await snapshots.WriteAsync(state, NpgsqlDbType.Bytea).ConfigureAwait(false);
                await snapshots.WriteAsync(stateManifest, NpgsqlDbType.Text).ConfigureAwait(false);
                await snapshots.WriteAsync(_serializer.Identifier, NpgsqlDbType.Integer).ConfigureAwait(false);
                for (var row = 0; row < rows.Length; row++)
                {
                    await journal.StartRowAsync().ConfigureAwait(false);
                    await journal.WriteAsync(DateTime.UtcNow.Ticks, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await journal.WriteAsync(false, NpgsqlDbType.Boolean).ConfigureAwait(false);
                    await journal.WriteAsync(id, NpgsqlDbType.Text).ConfigureAwait(false);
                    await journal.WriteAsync((long)(SnapshotAt + 1 + row), NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await journal.WriteAsync(rows[row], NpgsqlDbType.Bytea).ConfigureAwait(false);
                    await journal.WriteAsync(eventManifest, NpgsqlDbType.Text).ConfigureAwait(false);
                    await journal.WriteAsync(_serializer.Identifier, NpgsqlDbType.Integer).ConfigureAwait(false);
                    await journal.WriteAsync("bench", NpgsqlDbType.Text).ConfigureAwait(false);
                }
            }
            await snapshots.CompleteAsync().ConfigureAwait(false);
            await journal.CompleteAsync().ConfigureAwait(false);
        }
        PostgresInstance.Scalar(store.Connection, "ANALYZE");
    }

    private void ToSqlite(Store store, int accounts, int left)
    {
        var (stateManifest, eventManifest) = Manifests();
        using var connection = new SqliteConnection($"Data Source={store.File};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var snapshot = Command(
            connection,
            transaction,
            "INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            6
        );
        using var journal = Command(
            connection,
            transaction,
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, 'bench')",
            6
        );
        for (var i = 0; i < accounts; i++)
        {
            var (id, state, rows) = Make(i, i >= accounts - left);
            Run(snapshot, id, SnapshotAt, DateTime.UtcNow.Ticks, state, stateManifest, _serializer.Identifier);
            for (var row = 0; row < rows.Length; row++)
                Run(journal, DateTime.UtcNow.Ticks, id, SnapshotAt + 1 + row, rows[row], eventManifest, _serializer.Identifier);
        }
        transaction.Commit();
    }

    private (string State, string Events) Manifests() =>
        (_serializer.Manifest(_lived[0]), _serializer.Manifest(new UserEventBatch(Name(0), [new EffectConfirmed(Seen, 1)])));

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction transaction, string text, int parameters)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (text, transaction);
        for (var i = 1; i <= parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
