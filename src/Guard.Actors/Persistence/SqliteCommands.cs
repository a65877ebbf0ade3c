using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>The writer's prepared statements.</summary>
internal sealed class SqliteCommands : IDisposable
{
    private readonly List<SqliteCommand> _all = [];
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _savepoint;
    private readonly SqliteCommand _release;
    private readonly SqliteCommand _rollBack;

    public SqliteCommands(SqliteConnection connection)
    {
        _begin = Prepare(connection, "BEGIN IMMEDIATE");
        _commit = Prepare(connection, "COMMIT");
        _savepoint = Prepare(connection, "SAVEPOINT one");
        _release = Prepare(connection, "RELEASE one");
        _rollBack = Prepare(connection, "ROLLBACK TO one");
        Event = Prepare(connection, "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (@created, 0, @id, @number, @message, @manifest, @serializer, @writer)",
            "@created", "@id", "@number", "@message", "@manifest", "@serializer", "@writer");
        Tag = Prepare(connection, "INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES (last_insert_rowid(), @tag, @number, @id)", "@tag", "@number", "@id");
        MarkDeleted = Prepare(connection, "UPDATE journal SET deleted = 1 WHERE persistence_id = @id AND sequence_number <= @number AND deleted = 0", "@id", "@number");
        // The newest deleted row stays: it alone tells the highest sequence number when all are deleted.
        DropDeleted = Prepare(connection, "DELETE FROM journal WHERE persistence_id = @id AND sequence_number < @number AND deleted = 1 AND sequence_number < (SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id AND deleted = 1)", "@id", "@number");
        Snapshot = Prepare(connection, "INSERT OR REPLACE INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES (@id, @number, @created, @snapshot, @manifest, @serializer)",
            "@id", "@number", "@created", "@snapshot", "@manifest", "@serializer");
        DropSnapshots = Prepare(connection, "DELETE FROM snapshot WHERE persistence_id = @id AND sequence_number BETWEEN @from AND @to AND created BETWEEN @since AND @until", "@id", "@from", "@to", "@since", "@until");
    }

    public SqliteCommand Event { get; }

    public SqliteCommand Tag { get; }

    public SqliteCommand MarkDeleted { get; }

    public SqliteCommand DropDeleted { get; }

    public SqliteCommand Snapshot { get; }

    public SqliteCommand DropSnapshots { get; }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public void Savepoint() => _savepoint.ExecuteNonQuery();

    public void Release() => _release.ExecuteNonQuery();

    public void RollBackToSavepoint()
    {
        _rollBack.ExecuteNonQuery();
        _release.ExecuteNonQuery();
    }

    /// <summary>Sets the parameters in the order in which they were named, and runs.</summary>
    public static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(SqliteConnection connection, string text, params string[] names)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in names)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        _all.Add(command);
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _all)
            command.Dispose();
    }
}
