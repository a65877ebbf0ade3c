using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using Guard.Host.Configuration;
using Guard.Host.Intake.Files;
using Microsoft.Data.Sqlite;
using Npgsql;
using Serilog;

namespace Guard.Host.Intake;

/// <summary>
/// Recognises the journal that the checkpoints of logs belong to. It has a name of its own, kept in it and beside the checkpoints; and each
/// checkpoint says how far the journal was. A journal that was deleted, replaced or put back to an older state is noticed by that, and what it lost is read
/// again instead of being taken for counted.
/// </summary>
public sealed class JournalIdentity : IDisposable
{
    private const string Schema = "CREATE TABLE IF NOT EXISTS guard_journal (id TEXT NOT NULL)";
    private const string File = "journal-id";

    /// <summary>A number of our own for the advisory lock.</summary>
    private const long LockKey = 4711202612;

    /// <summary>A database that does not answer is not asked again sooner: whoever waits for the head waits for the others too.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);

    /// <summary>SQLite's file, or PostgreSQL's connections.</summary>
    private readonly ImmutableArray<string> _databases;
    private readonly bool _onPostgres;
    private readonly Lock _reading = new();
    private readonly DbConnection?[] _connections;
    private long _failedAt;

    private JournalIdentity(PersistenceSettings settings)
    {
        (_databases, _onPostgres) = settings.OnPostgres ? (settings.PostgresJournals, true) : ([settings.SqliteFile], false);
        _connections = new DbConnection?[_databases.Length];
    }

    /// <summary>What is known of the journal at the start.</summary>
    public LogJournal Journal { get; private set; } = LogJournal.Sound;

    /// <summary>Looks before anything is read or journaled.</summary>
    public static async Task<JournalIdentity> LookAsync(PersistenceSettings settings, CheckpointStore store, string directory, bool readAgain, ILogger log)
    {
        var identity = new JournalIdentity(settings);
        var beside = Path.Combine(directory, File);
        var known = System.IO.File.Exists(beside) ? (await System.IO.File.ReadAllTextAsync(beside).ConfigureAwait(false)).Trim() : null;
        var (name, head) = settings.OnPostgres
            ? await NameAsync(settings.PostgresJournals, await PostgresParts.ClaimAsync(settings.PostgresJournals, log).ConfigureAwait(false), known)
                .ConfigureAwait(false)
            : identity.Name(known);
        var checkpoints = store.All();
        // Of former versions, which knew no names, the journal of an old checkpoint is at least not empty.
        var lost = checkpoints.Count > 0 && (known is null ? head == 0 : known != name);
        if (lost)
        {
            log.Error(
                "The journal ({Journal:l}) is not the one that logs were read into: it was deleted or replaced. All that was known of accounts is gone with it; {What:l}",
                settings.OnPostgres ? "PostgreSQL" : settings.SqliteFile,
                readAgain ? "logs are read again, as far back as there are files" : "as intake.logs.journal-lost says, logs are not read again"
            );
            // So that it stays known until each has been read again, also over a kill.
            foreach (var checkpoint in checkpoints)
                store.Save(checkpoint with { JournalHead = LogJournal.Void });
        }
        Directory.CreateDirectory(directory);
        await System.IO.File.WriteAllTextAsync(beside + ".new", name).ConfigureAwait(false);
        System.IO.File.Move(beside + ".new", beside, overwrite: true);
        identity.Journal = new LogJournal(head, readAgain, identity.Head);
        return identity;
    }

    /// <summary>How far the journal is: the highest ordering of its rows, summed over its databases; 0 when that cannot be told.</summary>
    public long Head()
    {
        lock (_reading)
        {
            if (_failedAt != 0 && Stopwatch.GetElapsedTime(_failedAt) < AskAgain)
                return 0;
            var head = 0L;
            for (var part = 0; part < _databases.Length; part++)
            {
                try
                {
                    var connection = _connections[part] ??= _onPostgres ? OpenPostgres(_databases[part]) : Open(_databases[part]);
                    head += connection is SqliteConnection file ? Head(file) : CommittedHead(connection);
                }
                catch (DbException)
                {
                    _connections[part]?.Dispose();
                    _connections[part] = null;
                    _failedAt = _databases.Length > 1 ? Stopwatch.GetTimestamp() : 0;
                    return 0;
                }
            }
            _failedAt = 0;
            return _onPostgres && head > 0 ? LogJournal.OnPostgres + head : head;
        }
    }

    /// <param name="known">The name beside the checkpoints: one that has rows and no name was written by a former version, or moved here from another
    /// database.</param>
    private (string Name, long Head) Name(string? known)
    {
        try
        {
            using var connection = Open(_databases[0]);
            Execute(connection, Schema);
            if (Scalar(connection, "SELECT id FROM guard_journal LIMIT 1") is string name)
                return (name, Head(connection));
            var head = Head(connection);
            name = head > 0 && known is { Length: > 0 } ? known : Guid.NewGuid().ToString("N");
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO guard_journal (id) VALUES ($name)";
            insert.Parameters.AddWithValue("$name", name);
            insert.ExecuteNonQuery();
            return (name, head);
        }
        catch (SqliteException failure)
        {
            throw new IOException($"{_databases[0]}: the journal cannot be read: {failure.Message}; accountguard doctor says what is damaged", failure);
        }
    }

    /// <summary>The first database's name is the journal's; an older state of any of them shows in the sum of their heads.</summary>
    /// <param name="away">Numbers, from 1, of those that cannot be asked: how far the journal is cannot be told then.</param>
    private static async Task<(string Name, long Head)> NameAsync(ImmutableArray<string> databases, IReadOnlyList<int> away, string? known)
    {
        var (name, head) = await NameAsync(databases[0], known).ConfigureAwait(false);
        if (away.Count > 0)
            return (name, long.MaxValue);
        foreach (var further in databases.Skip(1))
        {
            await using var connection = new NpgsqlConnection(further);
            await connection.OpenAsync().ConfigureAwait(false);
            if (await ScalarAsync(connection, "SELECT to_regclass('journal') IS NOT NULL").ConfigureAwait(false) is not true)
                continue;
            var its = await GivenHeadAsync(connection).ConfigureAwait(false);
            head = head == long.MaxValue || its == long.MaxValue ? long.MaxValue : head + its;
        }
        return (name, head is > 0 and < long.MaxValue ? LogJournal.OnPostgres + head : head);
    }

    private static async Task<(string Name, long Head)> NameAsync(string connectionString, string? known)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync().ConfigureAwait(false);
            // Nodes may start at once, and "IF NOT EXISTS" does not keep two of them apart: the second would fail with a duplicate key of the catalogue.
            await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
            await using (var create = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({LockKey}); {Schema}", connection))
                await create.ExecuteNonQueryAsync().ConfigureAwait(false);
            var rows =
                await ScalarAsync(connection, "SELECT to_regclass('journal') IS NOT NULL").ConfigureAwait(false) is true
                && await ScalarAsync(connection, "SELECT EXISTS (SELECT 1 FROM journal)").ConfigureAwait(false) is true;
            await using var name = new NpgsqlCommand("INSERT INTO guard_journal (id) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM guard_journal)", connection)
            {
                Parameters = { new NpgsqlParameter { Value = rows && known is { Length: > 0 } ? known : Guid.NewGuid().ToString("N") } },
            };
            await name.ExecuteNonQueryAsync().ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
            // Several nodes may have begun at once: all take the same one.
            var chosen = (string)(await ScalarAsync(connection, "SELECT min(id) FROM guard_journal").ConfigureAwait(false))!;
            return (chosen, rows ? await GivenHeadAsync(connection).ConfigureAwait(false) : 0);
        }
        catch (NpgsqlException failure)
        {
            throw new IOException($"PostgreSQL: the journal cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The last number that was given to a row, whether or not that is committed or was deleted since: no committed row is beyond it.</summary>
    private static async Task<long> GivenHeadAsync(NpgsqlConnection connection)
    {
        try
        {
            return
                await ScalarAsync(connection, "SELECT pg_get_serial_sequence('journal', 'ordering')").ConfigureAwait(false) is string sequence
                && await ScalarAsync(connection, $"SELECT GREATEST(last_value, (SELECT COALESCE(max(ordering), 0) FROM journal)) FROM {sequence}")
                    .ConfigureAwait(false)
                    is long last
                ? last
                : long.MaxValue;
        }
        catch (PostgresException)
        {
            // Not the guard's to read: then an older state does not show.
            return long.MaxValue;
        }
    }

    /// <summary>The highest number of a row that is committed: after a crash it is still there, while numbers that were only given may be given again.</summary>
    private static long CommittedHead(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT max(ordering) FROM journal";
        return command.ExecuteScalar() is long head ? head : 0;
    }

    private static NpgsqlConnection OpenPostgres(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 4,
            CommandTimeout = 4,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static async Task<object?> ScalarAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=4");
        connection.Open();
        return connection;
    }

    // AUTOINCREMENT: the number stays, also when its row is deleted behind a snapshot.
    private static long Head(SqliteConnection connection) =>
        Scalar(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'journal'") is 0L ? 0
        : Scalar(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'") is long head ? head
        : 0;

    private static object? Scalar(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        lock (_reading)
        {
            foreach (var connection in _connections)
                connection?.Dispose();
        }
    }
}
