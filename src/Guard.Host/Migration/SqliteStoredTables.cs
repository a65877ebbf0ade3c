using Microsoft.Data.Sqlite;

namespace Guard.Host.Migration;

/// <summary>The tables in a SQLite file.</summary>
internal sealed class SqliteStoredTables(string file) : IStoredTables
{
    private readonly SqliteConnection _connection = new($"Data Source={file};Pooling=False;Default Timeout=2");

    public async Task TakeAsync()
    {
        try
        {
            await _connection.OpenAsync().ConfigureAwait(false);
            // A guard keeps its connections open; then the write-ahead log cannot be ended. From here on nobody else gets in.
            await RunAsync("PRAGMA locking_mode=EXCLUSIVE").ConfigureAwait(false);
            var mode = await ScalarAsync("PRAGMA journal_mode=DELETE").ConfigureAwait(false);
            if (mode is not "delete")
                throw new MigrationException($"{file} is open elsewhere: stop the guard first");
            await RunAsync("BEGIN EXCLUSIVE; COMMIT").ConfigureAwait(false);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is 5 or 6)
        {
            throw new MigrationException($"{file} is open elsewhere: stop the guard first");
        }
        catch (SqliteException failure)
        {
            throw new MigrationException($"{file}: {failure.Message}");
        }
    }

    public Task CreateAsync() => Task.Run(() => Guard.Actors.Persistence.PersistenceTables.Create(_connection));

    public async Task<string?> MarkAsync() =>
        await ExistsAsync("accountguard_migration").ConfigureAwait(false)
            ? await ScalarAsync("SELECT source FROM accountguard_migration").ConfigureAwait(false) as string
            : null;

    public async Task MarkAsync(string source) =>
        await RunAsync(
                "CREATE TABLE IF NOT EXISTS accountguard_migration (source TEXT NOT NULL); DELETE FROM accountguard_migration; INSERT INTO accountguard_migration VALUES ($p0)",
                source
            )
            .ConfigureAwait(false);

    public async Task<bool> HasRowsAsync() =>
        await ExistsAsync("journal").ConfigureAwait(false)
        && await ScalarAsync("SELECT EXISTS (SELECT 1 FROM journal) OR EXISTS (SELECT 1 FROM snapshot)").ConfigureAwait(false) is 1L;

    private async Task<bool> ExistsAsync(string table) =>
        await ScalarAsync("SELECT COUNT(*) FROM sqlite_master WHERE name = $p0", table).ConfigureAwait(false) is 1L;

    public async Task<(long Ordering, (long Ordering, string Tag) Tag, (string Id, long Number) Snapshot)> LastAsync()
    {
        var ordering = (long)(await ScalarAsync("SELECT COALESCE(MAX(ordering), 0) FROM journal").ConfigureAwait(false))!;
        var tag = await ReadAsync("SELECT ordering_id, tag FROM tags ORDER BY ordering_id DESC, tag DESC LIMIT 1", row => (row.GetInt64(0), row.GetString(1)))
            .ConfigureAwait(false);
        var snapshot = await ReadAsync(
                "SELECT persistence_id, sequence_number FROM snapshot ORDER BY persistence_id DESC, sequence_number DESC LIMIT 1",
                row => (row.GetString(0), row.GetInt64(1))
            )
            .ConfigureAwait(false);
        return (ordering, tag is [var lastTag] ? lastTag : (0, ""), snapshot is [var last] ? last : ("", -1));
    }

    private const string EventColumns = "ordering, created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid";
    private const string SnapshotColumns = "persistence_id, sequence_number, created, snapshot, manifest, serializer_id";

    public Task<List<EventRow>> EventsAsync(long after, int most) =>
        ReadAsync($"SELECT {EventColumns} FROM journal WHERE ordering > $p0 ORDER BY ordering LIMIT $p1", Event, after, most);

    public Task<List<TagRow>> TagsAsync((long Ordering, string Tag) after, int most) =>
        ReadAsync(
            "SELECT ordering_id, tag, sequence_nr, persistence_id FROM tags WHERE (ordering_id, tag) > ($p0, $p1) ORDER BY ordering_id, tag LIMIT $p2",
            row => new TagRow(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3)),
            after.Ordering,
            after.Tag,
            most
        );

    public Task<List<SnapshotRow>> SnapshotsAsync((string Id, long Number) after, int most) =>
        ReadAsync(
            $"SELECT {SnapshotColumns} FROM snapshot WHERE (persistence_id, sequence_number) > ($p0, $p1) ORDER BY persistence_id, sequence_number LIMIT $p2",
            Snapshot,
            after.Id,
            after.Number,
            most
        );

    public async Task AddAsync(IReadOnlyList<EventRow> events, IReadOnlyList<TagRow> tags, IReadOnlyList<SnapshotRow> snapshots)
    {
        await using var transaction = (SqliteTransaction)await _connection.BeginTransactionAsync().ConfigureAwait(false);
        foreach (var row in events)
            await RunAsync(
                    $"INSERT INTO journal ({EventColumns}) VALUES ($p0, $p1, $p2, $p3, $p4, $p5, $p6, $p7, $p8)",
                    row.Ordering,
                    row.Created,
                    row.Deleted,
                    row.Id,
                    row.Number,
                    row.Message,
                    row.Manifest,
                    row.Serializer,
                    row.Writer
                )
                .ConfigureAwait(false);
        foreach (var row in tags)
            await RunAsync(
                    "INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES ($p0, $p1, $p2, $p3)",
                    row.Ordering,
                    row.Tag,
                    row.Number,
                    row.Id
                )
                .ConfigureAwait(false);
        foreach (var row in snapshots)
            await RunAsync(
                    $"INSERT INTO snapshot ({SnapshotColumns}) VALUES ($p0, $p1, $p2, $p3, $p4, $p5)",
                    row.Id,
                    row.Number,
                    row.Created,
                    row.State,
                    row.Manifest,
                    row.Serializer
                )
                .ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }

    /// <summary>SQLite numbers on from the largest by itself.</summary>
    public Task NumberOnAsync() => Task.CompletedTask;

    public IAsyncEnumerable<EventRow> ByEntityAsync() => StreamAsync($"SELECT {EventColumns} FROM journal ORDER BY persistence_id, sequence_number", Event);

    public IAsyncEnumerable<SnapshotRow> SnapshotsByEntityAsync() =>
        StreamAsync($"SELECT {SnapshotColumns} FROM snapshot ORDER BY persistence_id, sequence_number", Snapshot);

    public async Task<long> TagCountAsync() => (long)(await ScalarAsync("SELECT COUNT(*) FROM tags").ConfigureAwait(false))!;

    private static EventRow Event(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetString(3), row.GetInt64(4), (byte[])row[5], Text(row, 6), Number(row, 7), Text(row, 8));

    private static SnapshotRow Snapshot(SqliteDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : (byte[])row[3], Text(row, 4), Number(row, 5));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private SqliteCommand Command(string text, object?[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"$p{i}", values[i] ?? DBNull.Value);
        return command;
    }

    private async Task<List<T>> ReadAsync<T>(string text, Func<SqliteDataReader, T> read, params object?[] values)
    {
        var rows = new List<T>();
        await foreach (var row in StreamAsync(text, read, values).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string text, Func<SqliteDataReader, T> read, params object?[] values)
    {
        await using var command = Command(text, values);
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            yield return read(reader);
    }

    private async Task<object?> ScalarAsync(string text, params object?[] values)
    {
        await using var command = Command(text, values);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(string text, params object?[] values)
    {
        await using var command = Command(text, values);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
