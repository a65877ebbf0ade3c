using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>
/// The tables of Akka.Persistence.Sql as it makes them on SQLite, so that both engines work on the same file; but without its indexes by time and by number alone,
/// which nothing asks by (<see cref="SqliteUnusedIndexes"/>).
/// </summary>
internal static class SqliteTables
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS journal (
          ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, deleted Bit NOT NULL, persistence_id NVarChar(255) NOT NULL,
          sequence_number INTEGER NOT NULL, message VarBinary NOT NULL, manifest NVarChar(500) NULL, identifier INTEGER NULL, writer_uuid NVarChar(128) NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id INTEGER NOT NULL, tag NVarChar(64) NOT NULL, sequence_nr INTEGER NOT NULL, persistence_id NVarChar(255) NOT NULL,
          CONSTRAINT PK_tags PRIMARY KEY (ordering_id, tag));
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag);
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id NVarChar(255) NOT NULL, sequence_number INTEGER NOT NULL, created INTEGER NOT NULL, snapshot VarBinary NULL,
          manifest NVarChar(500) NULL, serializer_id INTEGER NULL, CONSTRAINT PK_snapshot PRIMARY KEY (persistence_id, sequence_number));
        """;

    /// <summary>How long one waits for another process's lock: less than the journal's circuit breaker, so that a write told as failed is never made
    /// later.</summary>
    public const int BusySeconds = 4;

    /// <summary>Opens a connection with the write-ahead log and the durability asked for, and makes what is missing.</summary>
    public static SqliteConnection Open(string file, string synchronous, bool create)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout={BusySeconds}");
        connection.Open();
        Run(connection, $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA busy_timeout={BusySeconds * 1000}; PRAGMA temp_store=MEMORY;");
        if (create)
            Create(connection);
        return connection;
    }

    public static void Create(SqliteConnection connection) => Run(connection, Schema);

    /// <summary>The same for who writes: <see cref="SqliteCheckpoints"/> moves the log's pages, not the commit.</summary>
    public static SqliteConnection OpenWriter(string file, string synchronous)
    {
        var connection = Open(file, synchronous, create: true);
        Run(connection, "PRAGMA wal_autocheckpoint=0;");
        return connection;
    }

    public static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
