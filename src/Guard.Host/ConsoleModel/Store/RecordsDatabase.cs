using System.Data.Common;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guard.Host.ConsoleModel.Store;

/// <summary>
/// A database of what the console shows: a SQLite file of its own in the data directory, or the PostgreSQL database of the journal, where all nodes share it.
/// One writes at a time; readers do not wait for it.
/// </summary>
internal sealed class RecordsDatabase : IAsyncDisposable
{
    /// <summary>A number of our own for the advisory lock.</summary>
    private const long LockKey = 4711202613;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Func<DbConnection> _open;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _synchronous;
    private DbConnection? _writer;

    private RecordsDatabase(Func<DbConnection> open, NpgsqlDataSource? postgres, string synchronous) =>
        (_open, _postgres, _synchronous) = (open, postgres, synchronous);

    public bool IsPostgres => _postgres is not null;

    /// <param name="file">Name of the SQLite file in the data directory.</param>
    /// <param name="synchronous">SQLite's, for what is written: with <c>full</c> it survives a power cut.</param>
    /// <exception cref="IOException">The database cannot be had.</exception>
    public static async Task<RecordsDatabase> OpenAsync(GuardSettings settings, string file, string synchronous, RecordsSchema schema, CancellationToken cancel)
    {
        RecordsDatabase database;
        if (settings.Persistence.Engine == PersistenceEngine.Postgres)
        {
            var source = NpgsqlDataSource.Create(settings.Persistence.PostgresConnection);
            database = new RecordsDatabase(source.CreateConnection, source, synchronous);
        }
        else
        {
            var path = Path.Combine(settings.DataDirectory, file);
            SqliteFile.Prepare(path);
            var connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10 }.ToString();
            database = new RecordsDatabase(() => new SqliteConnection(connection), null, synchronous);
        }
        try
        {
            // Nodes may start at once, and "IF NOT EXISTS" does not keep two of them apart: the second would fail with a duplicate key of the catalogue.
            var apart = database.IsPostgres ? $"SELECT pg_advisory_xact_lock({LockKey}); " : "";
            foreach (var statement in schema.Of(database.IsPostgres))
                await database
                    .WriteAsync((connection, transaction) => ExecuteAsync(connection, transaction, apart + statement, cancel), cancel)
                    .ConfigureAwait(false);
            foreach (var (table, column, definition) in schema.Added)
                await database
                    .WriteAsync(
                        async (connection, transaction) =>
                        {
                            if (database.IsPostgres)
                                await ExecuteAsync(connection, transaction, apart, cancel).ConfigureAwait(false);
                            // Asked first: to alter a table waits until nobody reads it.
                            return await HasColumnAsync(connection, transaction, database.IsPostgres, table, column, cancel).ConfigureAwait(false)
                                ? 0
                                : await ExecuteAsync(connection, transaction, $"ALTER TABLE {table} ADD COLUMN {column} {definition}", cancel)
                                    .ConfigureAwait(false);
                        },
                        cancel
                    )
                    .ConfigureAwait(false);
        }
        catch (DbException failure)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"{(database.IsPostgres ? "PostgreSQL" : file)}: {failure.Message}", failure);
        }
        return database;
    }

    private static async Task<bool> HasColumnAsync(
        DbConnection connection,
        DbTransaction transaction,
        bool isPostgres,
        string table,
        string column,
        CancellationToken cancel
    ) =>
        await CountAsync(
                connection,
                transaction,
                isPostgres
                    ? "information_schema.columns WHERE table_schema = current_schema() AND table_name = @table AND column_name = @column"
                    : "pragma_table_info(@table) WHERE name = @column",
                cancel,
                ("@table", table),
                ("@column", column)
            )
            .ConfigureAwait(false) > 0;

    /// <summary>Runs in one transaction, alone.</summary>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> write, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var connection = await WriterAsync(cancel).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var result = await write(connection, transaction).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return result;
        }
        catch (DbException)
        {
            // A connection that failed is not trusted again.
            if (_writer is not null)
                await _writer.DisposeAsync().ConfigureAwait(false);
            _writer = null;
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancel)
    {
        await using var connection = _open();
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        return await read(connection).ConfigureAwait(false);
    }

    private async Task<DbConnection> WriterAsync(CancellationToken cancel)
    {
        if (_writer is { State: System.Data.ConnectionState.Open } open)
            return open;
        var connection = _open();
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        if (!IsPostgres)
            await ExecuteAsync(connection, null, $"PRAGMA synchronous = {_synchronous}", cancel).ConfigureAwait(false);
        return _writer = connection;
    }

    public static async Task<int> ExecuteAsync(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        CancellationToken cancel,
        params (string Name, object? Value)[] parameters
    )
    {
        await using var command = Command(connection, transaction, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    public static async Task<List<T>> QueryAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        Func<DbDataReader, T> row,
        CancellationToken cancel,
        params (string Name, object? Value)[] parameters
    )
    {
        await using var command = Command(connection, transaction, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>How many rows there are.</summary>
    /// <param name="from">A table, and its condition.</param>
    public static async Task<long> CountAsync(
        DbConnection connection,
        DbTransaction? transaction,
        string from,
        CancellationToken cancel,
        params (string Name, object? Value)[] parameters
    ) => (await QueryAsync(connection, transaction, $"SELECT COUNT(*) FROM {from}", row => row.GetInt64(0), cancel, parameters).ConfigureAwait(false))[0];

    public static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        if (_writer is not null)
            await _writer.DisposeAsync().ConfigureAwait(false);
        if (_postgres is not null)
            await _postgres.DisposeAsync().ConfigureAwait(false);
        else
            SqliteConnection.ClearPool((SqliteConnection)_open());
    }
}
