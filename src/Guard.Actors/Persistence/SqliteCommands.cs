using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>The writer's prepared statements.</summary>
internal sealed class SqliteCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollBack;
    private readonly SqliteStatement _savepoint;
    private readonly SqliteStatement _release;
    private readonly SqliteStatement _rollBackToSavepoint;
    private readonly SqliteStatement _event;
    private readonly SqliteStatement _tag;
    private readonly SqliteStatement _markDeleted;
    private readonly SqliteStatement _dropDeleted;
    private readonly SqliteStatement _snapshot;
    private readonly SqliteStatement _dropSnapshots;

    public SqliteCommands(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare(connection, "BEGIN IMMEDIATE");
        _commit = Prepare(connection, "COMMIT");
        _rollBack = Prepare(connection, "ROLLBACK");
        _savepoint = Prepare(connection, "SAVEPOINT one");
        _release = Prepare(connection, "RELEASE one");
        _rollBackToSavepoint = Prepare(connection, "ROLLBACK TO one");
        _event = Prepare(
            connection,
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7)"
        );
        _tag = Prepare(connection, "INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES (last_insert_rowid(), ?1, ?2, ?3)");
        _markDeleted = Prepare(connection, "UPDATE journal SET deleted = 1 WHERE persistence_id = ?1 AND sequence_number <= ?2 AND deleted = 0");
        // The newest deleted row stays: it alone tells the highest sequence number when all are deleted.
        _dropDeleted = Prepare(
            connection,
            "DELETE FROM journal WHERE persistence_id = ?1 AND sequence_number < ?2 AND deleted = 1 AND sequence_number < (SELECT MAX(sequence_number) FROM journal WHERE persistence_id = ?1 AND deleted = 1)"
        );
        _snapshot = Prepare(
            connection,
            "INSERT OR REPLACE INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        );
        _dropSnapshots = Prepare(
            connection,
            "DELETE FROM snapshot WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND created BETWEEN ?4 AND ?5"
        );
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void RollBack() => _rollBack.Run();

    public void Savepoint() => _savepoint.Run();

    public void Release() => _release.Run();

    public void RollBackToSavepoint()
    {
        _rollBackToSavepoint.Run();
        _release.Run();
    }

    public void AddEvent(long created, string id, long number, byte[] message, string manifest, int serializer, string? writer) =>
        _event.Set(1, created).Set(2, id).Set(3, number).Set(4, message).Set(5, manifest).Set(6, serializer).Set(7, writer).Run();

    /// <summary>Tags the event that was added last.</summary>
    public void AddTag(string tag, long number, string id) => _tag.Set(1, tag).Set(2, number).Set(3, id).Run();

    public void DeleteEvents(string id, long to)
    {
        _markDeleted.Set(1, id).Set(2, to).Run();
        _dropDeleted.Set(1, id).Set(2, to).Run();
    }

    public void AddSnapshot(string id, long number, long created, byte[] snapshot, string manifest, int serializer) =>
        _snapshot.Set(1, id).Set(2, number).Set(3, created).Set(4, snapshot).Set(5, manifest).Set(6, serializer).Run();

    public void DeleteSnapshots(string id, long from, long to, long since, long until) =>
        _dropSnapshots.Set(1, id).Set(2, from).Set(3, to).Set(4, since).Set(5, until).Run();

    /// <param name="name">One of <see cref="SqliteUnusedIndexes"/>.</param>
    public void DropIndex(string name)
    {
        using var statement = new SqliteStatement(_connection, $"DROP INDEX IF EXISTS {name}");
        statement.Run();
    }

    private SqliteStatement Prepare(SqliteConnection connection, string text)
    {
        var statement = new SqliteStatement(connection, text);
        _all.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _all)
            statement.Dispose();
    }
}
