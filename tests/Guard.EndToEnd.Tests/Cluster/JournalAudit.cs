using Akka.Actor;
using Guard.Actors.Serialization;
using Guard.Messages.Observations;
using Guard.Messages.Users;
using Npgsql;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>What the journal says after everything: each observation once, and never two writers at a time.</summary>
internal static class JournalAudit
{
    /// <summary>How often a life of an entity wrote again after another one had: two that are alive at a time would write in turns.</summary>
    private const string Turns = """
        SELECT COALESCE(MAX(turns), 0) FROM (
          SELECT COUNT(*) - COUNT(DISTINCT writer_uuid) AS turns FROM (
            SELECT persistence_id, writer_uuid, writer_uuid IS DISTINCT FROM LAG(writer_uuid) OVER (PARTITION BY persistence_id ORDER BY sequence_number) AS begins FROM journal) AS numbered
          WHERE begins GROUP BY persistence_id) AS counted
        """;

    /// <summary>Rows of an account whose numbers have a gap or come twice.</summary>
    private const string Gaps =
        "SELECT persistence_id FROM journal WHERE persistence_id LIKE 'user-%' GROUP BY persistence_id HAVING MAX(sequence_number) <> COUNT(*) OR COUNT(DISTINCT sequence_number) <> COUNT(*)";

    /// <summary>The accounts that have rows here.</summary>
    public static Task<IReadOnlyList<string>> UsersAsync(NpgsqlConnection open) =>
        ReadAsync(open, "SELECT DISTINCT substr(persistence_id, 6) FROM journal WHERE persistence_id LIKE 'user-%'");

    public static Task<long> TurnsAsync(NpgsqlConnection open) => NumberAsync(open, Turns);

    public static async Task<IReadOnlyList<string>> GapsAsync(NpgsqlConnection open) => await ReadAsync(open, Gaps);

    /// <summary>Lives of nodes that wrote: without them the audit of turns would say nothing.</summary>
    public static Task<long> WritersAsync(NpgsqlConnection open) =>
        NumberAsync(open, "SELECT COUNT(DISTINCT writer_uuid) FROM journal WHERE writer_uuid <> ''");

    /// <summary>Logins that the journal counts, and those that it counts twice.</summary>
    public static async Task<(long Counted, long Twice)> LoginsAsync(NpgsqlConnection open)
    {
        using var system = ActorSystem.Create("audit");
        var serializer = new GuardSerializer((ExtendedActorSystem)system);
        var seen = new HashSet<(string, ulong)>();
        var (counted, twice) = (0L, 0L);
        await using var command = new NpgsqlCommand("SELECT message FROM journal WHERE manifest = 'u.batch.1'", open);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var batch = (UserEventBatch)serializer.FromBinary((byte[])rows[0], "u.batch.1");
            foreach (
                var judged in batch
                    .Events.OfType<ObservationJudged>()
                    .Where(judged => judged.Observation is Login && !judged.Judgement.HasFlag(Judgement.Repeated))
            )
            {
                counted++;
                twice += seen.Add((judged.Observation.Origin.Source, judged.Observation.Origin.Position)) ? 0 : 1;
            }
        }
        return (counted, twice);
    }

    private static async Task<long> NumberAsync(NpgsqlConnection open, string query)
    {
        await using var command = new NpgsqlCommand(query, open);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlConnection open, string query)
    {
        var found = new List<string>();
        await using var command = new NpgsqlCommand(query, open);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            found.Add(string.Join(" ", Enumerable.Range(0, rows.FieldCount).Select(field => rows[field].ToString())));
        return found;
    }
}
