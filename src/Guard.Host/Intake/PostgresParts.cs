using System.Globalization;
using Guard.Host.Platform;
using Npgsql;
using Serilog;

namespace Guard.Host.Intake;

/// <summary>
/// Which part of a parted journal a database is, written down in it. A list in another order, or of another length, would look for accounts where they are not:
/// they would begin anew, and nobody would notice.
/// </summary>
internal static class PostgresParts
{
    private const string Key = "persistence.postgres-connection";
    private const string Schema = "CREATE TABLE IF NOT EXISTS guard_part (part integer NOT NULL, parts integer NOT NULL, cluster text NOT NULL)";

    /// <summary>A number of our own for the advisory lock.</summary>
    private const long LockKey = 4711202613;

    /// <summary>Takes each database for its part, or finds that it is another's.</summary>
    /// <returns>The numbers, from 1, of those that could not be asked; never the first's.</returns>
    /// <exception cref="StartException">A database is another part, or of another parting.</exception>
    /// <exception cref="IOException">The first database cannot be read.</exception>
    public static async Task<IReadOnlyList<int>> ClaimAsync(IReadOnlyList<string> connections, ILogger log)
    {
        // What the first one is called: whose parts the others are.
        string? cluster = null;
        var away = new List<int>();
        for (var part = 0; part < connections.Count; part++)
        {
            try
            {
                cluster = await ClaimAsync(connections[part], part, connections.Count, cluster).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException && part > 0)
            {
                away.Add(part + 1);
                log.Error(
                    "{Key:l}: the journal's database {Part} of {Parts} cannot be reached: {Reason:l}; its accounts are not answered for until it can",
                    Key,
                    part + 1,
                    connections.Count,
                    failure.Message
                );
            }
            catch (NpgsqlException failure)
            {
                throw new IOException($"PostgreSQL: the journal cannot be read: {failure.Message}", failure);
            }
        }
        return away;
    }

    private static async Task<string> ClaimAsync(string connectionString, int part, int parts, string? cluster)
    {
        // Not kept open: a migration finds out by its connections who else works on a database.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        await JournalIdentity.ScalarAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey.ToString(CultureInfo.InvariantCulture)})").ConfigureAwait(false);
        await JournalIdentity.ScalarAsync(connection, Schema).ConfigureAwait(false);
        var known = await ReadAsync(connection).ConfigureAwait(false);
        if (known is null)
        {
            var used =
                await JournalIdentity.ScalarAsync(connection, "SELECT to_regclass('journal') IS NOT NULL").ConfigureAwait(false) is true
                && await JournalIdentity.ScalarAsync(connection, "SELECT EXISTS (SELECT 1 FROM journal)").ConfigureAwait(false) is true;
            // Whatever wrote it knew of no parts.
            known = used && parts > 1 ? (0, 1, "") : (part, parts, cluster ?? Guid.NewGuid().ToString("N"));
            if (known.Value.Parts == parts)
            {
                await using var insert = new NpgsqlCommand("INSERT INTO guard_part (part, parts, cluster) VALUES ($1, $2, $3)", connection)
                {
                    Parameters =
                    {
                        new() { Value = known.Value.Part },
                        new() { Value = known.Value.Parts },
                        new() { Value = known.Value.Cluster },
                    },
                };
                await insert.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }
        await transaction.CommitAsync().ConfigureAwait(false);
        if (known.Value.Part == part && known.Value.Parts == parts && (cluster is null || cluster == known.Value.Cluster))
            return known.Value.Cluster;
        throw new StartException(
            Key,
            $"the database {part + 1} of {parts} in the list is {known.Value.Part + 1} of {known.Value.Parts}{(cluster is null || cluster == known.Value.Cluster ? "" : " of another cluster")}",
            "the list keeps its order and its length for good; a journal is taken into another number of databases by accountguard migrate"
        );
    }

    private static async Task<(int Part, int Parts, string Cluster)?> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT part, parts, cluster FROM guard_part LIMIT 1", connection);
        await using var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        return await row.ReadAsync().ConfigureAwait(false) ? (row.GetInt32(0), row.GetInt32(1), row.GetString(2)) : null;
    }
}
