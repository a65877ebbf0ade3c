using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guard.Actors.Persistence;

/// <summary>A statement prepared once and run many times, straight on SQLite: the provider's command looks each parameter up by name and costs more than the
/// row.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string text)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, text, out _statement));
    }

    /// <param name="at">The number of the parameter, ?1, ?2 ….</param>
    public SqliteStatement Set(int at, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, at, value));
        return this;
    }

    public SqliteStatement Set(int at, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, at) : raw.sqlite3_bind_text(_statement, at, value));
        return this;
    }

    public SqliteStatement Set(int at, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, and would be bound as null.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, at, 0) : raw.sqlite3_bind_blob(_statement, at, value));
        return this;
    }

    /// <exception cref="SqliteException">It was not done. Locks of others are waited for as the connection's busy_timeout says.</exception>
    public void Run()
    {
        var outcome = raw.sqlite3_step(_statement);
        while (outcome == raw.SQLITE_ROW)
            outcome = raw.sqlite3_step(_statement);
        if (outcome == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(_statement);
            return;
        }
        try
        {
            SqliteException.ThrowExceptionForRC(outcome, _database);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    private void Check(int outcome) => SqliteException.ThrowExceptionForRC(outcome, _database);

    public void Dispose() => _statement.Dispose();
}
