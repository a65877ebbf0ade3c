using Npgsql;

namespace Guard.Actors.Persistence;

/// <summary>What can be asked of the database; many of a kind are answered by one query.</summary>
internal enum PostgresQuestion
{
    Snapshot,
    Highest,
    Events,
}

/// <summary>A row as it is stored, of the journal or of the snapshots.</summary>
internal sealed record PostgresRow(long Number, byte[] Bytes, int Serializer, string Manifest, string Writer, long Created);

/// <summary>One question about one entity.</summary>
/// <param name="Most">Rows at most.</param>
internal sealed record PostgresRead(PostgresQuestion Question, string Id, long From, long To, long Since, long Until, long Most)
{
    public TaskCompletionSource<List<PostgresRow>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static PostgresRead HighestOf(string id) => new(PostgresQuestion.Highest, id, 0, long.MaxValue, 0, 0, 1);

    public static PostgresRead EventsOf(string id, long from, long to, long most) => new(PostgresQuestion.Events, id, from, to, 0, 0, most);
}

/// <summary>Asks many questions in one round trip. Each row comes with the number of the question that it answers.</summary>
internal static class PostgresReads
{
    private const string Snapshots = """
        SELECT asked.question, found.sequence_number, found.snapshot, found.serializer_id, found.manifest, '', found.created
        FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS asked (id, low, high, since, until, question)
        CROSS JOIN LATERAL (
          SELECT sequence_number, snapshot, serializer_id, manifest, created FROM snapshot
          WHERE persistence_id = asked.id AND sequence_number BETWEEN asked.low AND asked.high AND created BETWEEN asked.since AND asked.until
          ORDER BY sequence_number DESC LIMIT 1) AS found
        """;

    private const string Highest = """
        SELECT asked.question, found.sequence_number FROM unnest($1) WITH ORDINALITY AS asked (id, question)
        CROSS JOIN LATERAL (SELECT sequence_number FROM journal WHERE persistence_id = asked.id ORDER BY sequence_number DESC LIMIT 1) AS found
        """;

    private const string Events = """
        SELECT asked.question, found.sequence_number, found.message, found.identifier, found.manifest, found.writer_uuid, found.created
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS asked (id, low, high, most, question)
        CROSS JOIN LATERAL (
          SELECT sequence_number, message, identifier, manifest, writer_uuid, created FROM journal
          WHERE persistence_id = asked.id AND sequence_number BETWEEN asked.low AND asked.high AND deleted = false
          ORDER BY sequence_number LIMIT asked.most) AS found
        ORDER BY asked.question, found.sequence_number
        """;

    /// <summary>Answers all of them. What goes wrong concerns all.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyCollection<PostgresRead> reads)
    {
        await using var batch = new NpgsqlBatch(connection);
        var kinds = reads.GroupBy(read => read.Question).Select(kind => (Kind: kind.Key, Asked: kind.ToArray())).ToArray();
        foreach (var (kind, asked) in kinds)
            batch.BatchCommands.Add(Ask(kind, asked));
        var answers = reads.ToDictionary(read => read, _ => new List<PostgresRow>());
        await using (var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false))
        {
            foreach (var (kind, asked) in kinds)
            {
                while (await reader.ReadAsync().ConfigureAwait(false))
                    answers[asked[reader.GetInt64(0) - 1]].Add(Row(kind, reader));
                await reader.NextResultAsync().ConfigureAwait(false);
            }
        }
        foreach (var (read, rows) in answers)
            read.Answer.TrySetResult(rows);
    }

    private static NpgsqlBatchCommand Ask(PostgresQuestion kind, PostgresRead[] asked)
    {
        var ids = PostgresWrites.Texts(asked.Select(read => read.Id));
        var command = new NpgsqlBatchCommand(
            kind switch
            {
                PostgresQuestion.Snapshot => Snapshots,
                PostgresQuestion.Highest => Highest,
                _ => Events,
            }
        );
        command.Parameters.Add(ids);
        if (kind == PostgresQuestion.Highest)
            return command;
        command.Parameters.Add(PostgresWrites.Longs(asked.Select(read => read.From)));
        command.Parameters.Add(PostgresWrites.Longs(asked.Select(read => read.To)));
        if (kind == PostgresQuestion.Events)
        {
            command.Parameters.Add(PostgresWrites.Longs(asked.Select(read => read.Most)));
            return command;
        }
        command.Parameters.Add(PostgresWrites.Longs(asked.Select(read => read.Since)));
        command.Parameters.Add(PostgresWrites.Longs(asked.Select(read => read.Until)));
        return command;
    }

    private static PostgresRow Row(PostgresQuestion kind, NpgsqlDataReader reader)
    {
        if (kind == PostgresQuestion.Highest)
            return new PostgresRow(reader.GetInt64(1), [], 0, "", "", 0);
        return new PostgresRow(
            reader.GetInt64(1),
            reader.IsDBNull(2) ? [] : (byte[])reader[2],
            reader.IsDBNull(3) ? 0 : reader.GetInt32(3),
            reader.IsDBNull(4) ? "" : reader.GetString(4),
            reader.IsDBNull(5) ? "" : reader.GetString(5),
            reader.GetInt64(6)
        );
    }
}
