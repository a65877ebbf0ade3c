using Npgsql;
using NpgsqlTypes;

namespace Guard.Host.Migration;

/// <summary>The tables in a PostgreSQL database.</summary>
internal sealed class PostgresStoredTables(string connectionString) : IStoredTables
{
    private const string EventColumns = "ordering, created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid";
    private const string SnapshotColumns = "persistence_id, sequence_number, created, snapshot, manifest, serializer_id";

    /// <summary>By bytes, whatever the database's own collation.</summary>
    private const string Id = "persistence_id COLLATE \"C\"";

    private readonly NpgsqlConnection _connection = new(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            ApplicationName = "accountguard migrate",
            CommandTimeout = 0,
        }.ConnectionString
    );

    public async Task TakeAsync()
    {
        try
        {
            await _connection.OpenAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw new MigrationException($"PostgreSQL: {failure.Message}");
        }
        if (await ScalarAsync("SELECT pg_try_advisory_lock(4711202612)").ConfigureAwait(false) is not true)
            throw new MigrationException("another migration works on this database");
        var others = await ReadAsync(
                "SELECT DISTINCT COALESCE(NULLIF(application_name, ''), usename::text) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
                row => row.GetString(0)
            )
            .ConfigureAwait(false);
        if (others.Count > 0)
            throw new MigrationException($"the database {_connection.Database} is open elsewhere ({string.Join(", ", others)}): stop the guard first");
    }

    public async Task CreateAsync() => await Guard.Actors.Persistence.PersistenceTables.CreateAsync(_connection).ConfigureAwait(false);

    public async Task<string?> MarkAsync() =>
        await ExistsAsync("accountguard_migration").ConfigureAwait(false)
            ? await ScalarAsync("SELECT source FROM accountguard_migration").ConfigureAwait(false) as string
            : null;

    public async Task MarkAsync(string source)
    {
        await RunAsync("CREATE TABLE IF NOT EXISTS accountguard_migration (source text NOT NULL)").ConfigureAwait(false);
        await RunAsync("DELETE FROM accountguard_migration").ConfigureAwait(false);
        await RunAsync("INSERT INTO accountguard_migration VALUES ($1)", source).ConfigureAwait(false);
    }

    public async Task<bool> HasRowsAsync() =>
        await ExistsAsync("journal").ConfigureAwait(false)
        && await ScalarAsync("SELECT EXISTS (SELECT 1 FROM journal) OR EXISTS (SELECT 1 FROM snapshot)").ConfigureAwait(false) is true;

    private async Task<bool> ExistsAsync(string table) => await ScalarAsync("SELECT to_regclass($1) IS NOT NULL", table).ConfigureAwait(false) is true;

    public async Task<(long Ordering, (long Ordering, string Tag) Tag, (string Id, long Number) Snapshot)> LastAsync()
    {
        var ordering = (long)(await ScalarAsync("SELECT COALESCE(MAX(ordering), 0) FROM journal").ConfigureAwait(false))!;
        var tag = await ReadAsync(
                "SELECT ordering_id, tag FROM tags ORDER BY ordering_id DESC, tag COLLATE \"C\" DESC LIMIT 1",
                row => (row.GetInt64(0), row.GetString(1))
            )
            .ConfigureAwait(false);
        var snapshot = await ReadAsync(
                $"SELECT persistence_id, sequence_number FROM snapshot ORDER BY {Id} DESC, sequence_number DESC LIMIT 1",
                row => (row.GetString(0), row.GetInt64(1))
            )
            .ConfigureAwait(false);
        return (ordering, tag is [var lastTag] ? lastTag : (0, ""), snapshot is [var last] ? last : ("", -1));
    }

    public Task<List<EventRow>> EventsAsync(long after, int most) =>
        ReadAsync($"SELECT {EventColumns} FROM journal WHERE ordering > $1 ORDER BY ordering LIMIT $2", Event, after, most);

    public Task<List<TagRow>> TagsAsync((long Ordering, string Tag) after, int most) =>
        ReadAsync(
            "SELECT ordering_id, tag, sequence_nr, persistence_id FROM tags WHERE (ordering_id, tag COLLATE \"C\") > ($1, $2) ORDER BY ordering_id, tag COLLATE \"C\" LIMIT $3",
            row => new TagRow(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3)),
            after.Ordering,
            after.Tag,
            most
        );

    public Task<List<SnapshotRow>> SnapshotsAsync((string Id, long Number) after, int most) =>
        ReadAsync(
            $"SELECT {SnapshotColumns} FROM snapshot WHERE ({Id}, sequence_number) > ($1, $2) ORDER BY {Id}, sequence_number LIMIT $3",
            Snapshot,
            after.Id,
            after.Number,
            most
        );

    public async Task AddAsync(IReadOnlyList<EventRow> events, IReadOnlyList<TagRow> tags, IReadOnlyList<SnapshotRow> snapshots)
    {
        await using var transaction = await _connection.BeginTransactionAsync().ConfigureAwait(false);
        await CopyAsync(
                $"COPY journal ({EventColumns}) FROM STDIN (FORMAT binary)",
                events,
                async (copy, row) =>
                {
                    await copy.WriteAsync(row.Ordering, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Created, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Deleted, NpgsqlDbType.Boolean).ConfigureAwait(false);
                    await copy.WriteAsync(row.Id, NpgsqlDbType.Text).ConfigureAwait(false);
                    await copy.WriteAsync(row.Number, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Message, NpgsqlDbType.Bytea).ConfigureAwait(false);
                    await copy.WriteAsync(row.Manifest, NpgsqlDbType.Text).ConfigureAwait(false);
                    await copy.WriteAsync(row.Serializer, NpgsqlDbType.Integer).ConfigureAwait(false);
                    await copy.WriteAsync(row.Writer, NpgsqlDbType.Text).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        await CopyAsync(
                "COPY tags (ordering_id, tag, sequence_nr, persistence_id) FROM STDIN (FORMAT binary)",
                tags,
                async (copy, row) =>
                {
                    await copy.WriteAsync(row.Ordering, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Tag, NpgsqlDbType.Text).ConfigureAwait(false);
                    await copy.WriteAsync(row.Number, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Id, NpgsqlDbType.Text).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        await CopyAsync(
                $"COPY snapshot ({SnapshotColumns}) FROM STDIN (FORMAT binary)",
                snapshots,
                async (copy, row) =>
                {
                    await copy.WriteAsync(row.Id, NpgsqlDbType.Text).ConfigureAwait(false);
                    await copy.WriteAsync(row.Number, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.Created, NpgsqlDbType.Bigint).ConfigureAwait(false);
                    await copy.WriteAsync(row.State, NpgsqlDbType.Bytea).ConfigureAwait(false);
                    await copy.WriteAsync(row.Manifest, NpgsqlDbType.Text).ConfigureAwait(false);
                    await copy.WriteAsync(row.Serializer, NpgsqlDbType.Integer).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }

    private async Task CopyAsync<T>(string text, IReadOnlyList<T> rows, Func<NpgsqlBinaryImporter, T, Task> write)
    {
        if (rows.Count == 0)
            return;
        await using var copy = await _connection.BeginBinaryImportAsync(text).ConfigureAwait(false);
        foreach (var row in rows)
        {
            await copy.StartRowAsync().ConfigureAwait(false);
            await write(copy, row).ConfigureAwait(false);
        }
        await copy.CompleteAsync().ConfigureAwait(false);
    }

    public async Task NumberOnAsync()
    {
        await RunAsync("SELECT setval(pg_get_serial_sequence('journal', 'ordering'), GREATEST(1, (SELECT COALESCE(MAX(ordering), 1) FROM journal)))")
            .ConfigureAwait(false);
        await RunAsync("ANALYZE journal, snapshot").ConfigureAwait(false);
    }

    public IAsyncEnumerable<EventRow> ByEntityAsync() => StreamAsync($"SELECT {EventColumns} FROM journal ORDER BY {Id}, sequence_number", Event);

    public IAsyncEnumerable<SnapshotRow> SnapshotsByEntityAsync() =>
        StreamAsync($"SELECT {SnapshotColumns} FROM snapshot ORDER BY {Id}, sequence_number", Snapshot);

    public async Task<long> TagCountAsync() => (long)(await ScalarAsync("SELECT COUNT(*) FROM tags").ConfigureAwait(false))!;

    private static EventRow Event(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetString(3), row.GetInt64(4), (byte[])row[5], Text(row, 6), Number(row, 7), Text(row, 8));

    private static SnapshotRow Snapshot(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : (byte[])row[3], Text(row, 4), Number(row, 5));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private NpgsqlCommand Command(string text, object[] values)
    {
        var command = new NpgsqlCommand(text, _connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private async Task<List<T>> ReadAsync<T>(string text, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        var rows = new List<T>();
        await foreach (var row in StreamAsync(text, read, values).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string text, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        await using var command = Command(text, values);
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            yield return read(reader);
    }

    private async Task<object?> ScalarAsync(string text, params object[] values)
    {
        await using var command = Command(text, values);
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(string text, params object[] values)
    {
        await using var command = Command(text, values);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
