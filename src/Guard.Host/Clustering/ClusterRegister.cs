using System.Collections.Immutable;
using Npgsql;

namespace Guard.Host.Clustering;

/// <summary>Who is a member, as the database was told.</summary>
/// <param name="Founding">Counts how often a cluster was begun; only members of the latest one may go on.</param>
internal sealed record RegisteredNodes(long Founding, ImmutableDictionary<string, (string Address, DateTimeOffset Seen)> Others)
{
    /// <summary>Whether nobody has given a sign of life since an earlier look, and nobody came.</summary>
    public bool IsUnchangedSince(RegisteredNodes earlier) =>
        Founding == earlier.Founding
        && Others.Count == earlier.Others.Count
        && Others.All(node => earlier.Others.TryGetValue(node.Key, out var before) && before == node.Value);
}

/// <summary>
/// The register of members in the database that they share. It answers the one question that no split-brain resolver can: may a node that reaches no other
/// begin a cluster, or do others still run somewhere? Without it the first seed node, cut off and restarted, would begin a second cluster on the same journal.
/// </summary>
internal sealed class ClusterRegister(string connection, string node, string address) : IAsyncDisposable
{
    /// <summary>A number of our own for the advisory lock, so that two nodes never decide at once.</summary>
    private const long LockKey = 0x4163636f75477264;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS accountguard_nodes (node text PRIMARY KEY, address text NOT NULL, seen timestamptz NOT NULL);
        CREATE TABLE IF NOT EXISTS accountguard_founding (one boolean PRIMARY KEY CHECK (one), number bigint NOT NULL);
        INSERT INTO accountguard_founding VALUES (true, 0) ON CONFLICT DO NOTHING;
        """;

    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connection)
        {
            MaxPoolSize = 2,
            Timeout = 5,
            CommandTimeout = 5,
        }.ConnectionString
    ).Build();

    /// <exception cref="NpgsqlException">The database cannot be had.</exception>
    public async Task<RegisteredNodes> LookAsync(CancellationToken cancel)
    {
        await using var open = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await using var transaction = await LockAsync(open, cancel).ConfigureAwait(false);
        var nodes = await ReadAsync(open, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return nodes;
    }

    /// <summary>Begins a cluster, unless somebody gave a sign of life since <paramref name="seen"/>: then null.</summary>
    public async Task<long?> FoundAsync(RegisteredNodes seen, CancellationToken cancel)
    {
        await using var open = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await using var transaction = await LockAsync(open, cancel).ConfigureAwait(false);
        var now = await ReadAsync(open, cancel).ConfigureAwait(false);
        if (!now.IsUnchangedSince(seen))
            return null;
        await using (var command = new NpgsqlCommand("DELETE FROM accountguard_nodes; UPDATE accountguard_founding SET number = number + 1", open))
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        await SignAsync(open, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return now.Founding + 1;
    }

    /// <summary>A member's sign of life; returns the number of the latest founding.</summary>
    public async Task<long> SignAsync(CancellationToken cancel)
    {
        await using var open = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await SignAsync(open, cancel).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT number FROM accountguard_founding", open);
        return (long)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    /// <summary>The node has left of its own will.</summary>
    public async Task SignOffAsync(CancellationToken cancel)
    {
        await using var open = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("DELETE FROM accountguard_nodes WHERE node = $1 AND address = $2", open)
        {
            Parameters =
            {
                new() { Value = node },
                new() { Value = address },
            },
        };
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    private static async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection open, CancellationToken cancel)
    {
        var transaction = await open.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", open) { Parameters = { new() { Value = LockKey } } })
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand(Tables, open))
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        return transaction;
    }

    private async Task<RegisteredNodes> ReadAsync(NpgsqlConnection open, CancellationToken cancel)
    {
        var others = ImmutableDictionary.CreateBuilder<string, (string, DateTimeOffset)>();
        await using var command = new NpgsqlCommand("SELECT node, address, seen FROM accountguard_nodes; SELECT number FROM accountguard_founding", open);
        await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        while (await rows.ReadAsync(cancel).ConfigureAwait(false))
        {
            if (rows.GetString(0) != node)
                others[rows.GetString(0)] = (rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2));
        }
        await rows.NextResultAsync(cancel).ConfigureAwait(false);
        await rows.ReadAsync(cancel).ConfigureAwait(false);
        return new RegisteredNodes(rows.GetInt64(0), others.ToImmutable());
    }

    private async Task SignAsync(NpgsqlConnection open, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO accountguard_nodes VALUES ($1, $2, clock_timestamp()) ON CONFLICT (node) DO UPDATE SET address = excluded.address, seen = excluded.seen",
            open
        )
        {
            Parameters =
            {
                new() { Value = node },
                new() { Value = address },
            },
        };
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
