using Npgsql;

namespace Guard.Actors.Persistence;

/// <summary>
/// The tables of Akka.Persistence.Sql as it makes them on PostgreSQL, so that both engines work on the same database; without its indexes on times and bare
/// sequence numbers, which neither engine reads by and each write would pay for.
/// </summary>
internal static class PostgresTables
{
    /// <summary>Several nodes may start at once; the lock (any number that is ours alone) lets one make the tables.</summary>
    private const string Schema = """
        SELECT pg_advisory_xact_lock(4711202611);
        CREATE TABLE IF NOT EXISTS journal (
          ordering bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT "PK_journal" PRIMARY KEY, created bigint NOT NULL, deleted boolean NOT NULL, persistence_id text NOT NULL,
          sequence_number bigint NOT NULL, message bytea NOT NULL, manifest text NULL, identifier integer NULL, writer_uuid text NULL,
          CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number));
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id bigint NOT NULL, tag text NOT NULL, sequence_nr bigint NOT NULL, persistence_id text NOT NULL, CONSTRAINT "PK_tags" PRIMARY KEY (ordering_id, tag));
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag);
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id text NOT NULL, sequence_number bigint NOT NULL, created bigint NOT NULL, snapshot bytea NULL, manifest text NULL, serializer_id integer NULL,
          CONSTRAINT "PK_snapshot" PRIMARY KEY (persistence_id, sequence_number));
        """;

    /// <summary>
    /// The server gives a statement up by itself before the client does, and that before the journal's circuit breaker (10 s): what is told as failed is not
    /// made later.
    /// The plans must not depend on statistics from when the tables were still empty.
    /// </summary>
    private const string Session = "SET statement_timeout = '4s'; SET jit = off; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";

    /// <summary>A connection of its own, held for long, with statements prepared by use.</summary>
    /// <exception cref="NpgsqlException">The server cannot be reached or refuses.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 4,
            CommandTimeout = 5,
            CancellationTimeout = 1000,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
        };
        settings.ApplicationName ??= "accountguard";
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync().ConfigureAwait(false);
            await RunAsync(connection, Session).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes what is missing.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        await RunAsync(connection, Schema).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
