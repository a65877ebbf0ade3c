using Npgsql;
using NpgsqlTypes;

namespace Guard.Actors.Persistence;

/// <summary>One snapshot to be stored; one of the same number is replaced. Times are ticks of UTC.</summary>
internal sealed record PostgresSnapshot(string Id, long Number, long Created, byte[] Bytes, string Manifest, int Serializer);

/// <summary>Snapshots of an entity to be deleted, bounds included.</summary>
internal sealed record PostgresSnapshotRange(string Id, long From, long To, long Since, long Until);

/// <summary>One thing to be written, whole or not at all: an atomic write's rows, or one of the others.</summary>
internal sealed record PostgresWrite
{
    public IReadOnlyList<JournalRow> Events { get; init; } = [];

    /// <summary>Rows of an entity up to a number are to be deleted.</summary>
    public (string Id, long To)? Delete { get; init; }

    public PostgresSnapshot? Snapshot { get; init; }

    public PostgresSnapshotRange? DropSnapshots { get; init; }

    public TaskCompletionSource<Exception?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Since { get; } = System.Diagnostics.Stopwatch.GetTimestamp();
}

/// <summary>Turns many writes into few statements: one round trip and one flush serve all of them.</summary>
internal static class PostgresWrites
{
    private const string Insert = """
        WITH written AS (
          INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
          SELECT created, false, id, number, message, manifest, serializer, writer FROM unnest($1, $2, $3, $4, $5, $6, $7) AS row (created, id, number, message, manifest, serializer, writer)
          RETURNING ordering, persistence_id, sequence_number)
        INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id)
        SELECT written.ordering, tagged.tag, tagged.number, tagged.id FROM unnest($8, $9, $10) AS tagged (id, number, tag)
        JOIN written ON written.persistence_id = tagged.id AND written.sequence_number = tagged.number
        """;

    // The newest row up to the number stays, marked: it alone tells the highest sequence number when all are deleted.
    private const string Newest =
        "(SELECT newest.sequence_number FROM journal newest WHERE newest.persistence_id = gone.id AND newest.sequence_number <= gone.number ORDER BY newest.sequence_number DESC LIMIT 1)";

    private const string DropEvents =
        $"DELETE FROM journal USING unnest($1, $2) AS gone (id, number) WHERE journal.persistence_id = gone.id AND journal.sequence_number < {Newest}";

    private const string MarkNewest =
        $"UPDATE journal SET deleted = true FROM unnest($1, $2) AS gone (id, number) WHERE journal.persistence_id = gone.id AND journal.sequence_number = {Newest}";

    private const string Upsert = """
        INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created, snapshot = excluded.snapshot, manifest = excluded.manifest, serializer_id = excluded.serializer_id
        """;

    private const string DropRange = """
        DELETE FROM snapshot USING unnest($1, $2, $3, $4, $5) AS gone (id, low, high, since, until)
        WHERE persistence_id = gone.id AND sequence_number BETWEEN gone.low AND gone.high AND created BETWEEN gone.since AND gone.until
        """;

    /// <summary>All of them in one transaction.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyCollection<PostgresWrite> writes)
    {
        await using var batch = new NpgsqlBatch(connection);
        var events = writes.SelectMany(write => write.Events).ToArray();
        if (events.Length > 0)
        {
            var tags = events.SelectMany(one => one.Tags.Select(tag => (one.PersistenceId, one.Number, Tag: tag))).ToArray();
            Add(
                batch,
                Insert,
                Longs(events.Select(one => one.Created)),
                Texts(events.Select(one => one.PersistenceId)),
                Longs(events.Select(one => one.Number)),
                Blobs(events.Select(one => one.Bytes)),
                Texts(events.Select(one => one.Manifest)),
                Numbers(events.Select(one => one.Serializer)),
                Texts(events.Select(one => one.Writer ?? "")),
                Texts(tags.Select(tag => tag.PersistenceId)),
                Longs(tags.Select(tag => tag.Number)),
                Texts(tags.Select(tag => tag.Tag))
            );
        }
        // Of several for the same number the last counts; PostgreSQL takes a row only once in a statement.
        var snapshots = writes
            .Select(write => write.Snapshot)
            .OfType<PostgresSnapshot>()
            .GroupBy(one => (one.Id, one.Number))
            .Select(same => same.Last())
            .ToArray();
        if (snapshots.Length > 0)
        {
            Add(
                batch,
                Upsert,
                Texts(snapshots.Select(one => one.Id)),
                Longs(snapshots.Select(one => one.Number)),
                Longs(snapshots.Select(one => one.Created)),
                Blobs(snapshots.Select(one => one.Bytes)),
                Texts(snapshots.Select(one => one.Manifest)),
                Numbers(snapshots.Select(one => one.Serializer))
            );
        }
        var deletes = writes.Where(write => write.Delete is not null).Select(write => write.Delete!.Value).ToArray();
        if (deletes.Length > 0)
        {
            foreach (var text in (string[])[DropEvents, MarkNewest])
                Add(batch, text, Texts(deletes.Select(one => one.Id)), Longs(deletes.Select(one => one.To)));
        }
        var drops = writes.Select(write => write.DropSnapshots).OfType<PostgresSnapshotRange>().ToArray();
        if (drops.Length > 0)
        {
            Add(
                batch,
                DropRange,
                Texts(drops.Select(one => one.Id)),
                Longs(drops.Select(one => one.From)),
                Longs(drops.Select(one => one.To)),
                Longs(drops.Select(one => one.Since)),
                Longs(drops.Select(one => one.Until))
            );
        }
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static void Add(NpgsqlBatch batch, string text, params NpgsqlParameter[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.AddRange(values);
        batch.BatchCommands.Add(command);
    }

    public static NpgsqlParameter Longs(IEnumerable<long> values) => Of(values.ToArray(), NpgsqlDbType.Bigint);

    public static NpgsqlParameter Texts(IEnumerable<string> values) => Of(values.ToArray(), NpgsqlDbType.Text);

    private static NpgsqlParameter Numbers(IEnumerable<int> values) => Of(values.ToArray(), NpgsqlDbType.Integer);

    private static NpgsqlParameter Blobs(IEnumerable<byte[]> values) => Of(values.ToArray(), NpgsqlDbType.Bytea);

    private static NpgsqlParameter Of(Array values, NpgsqlDbType type) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
