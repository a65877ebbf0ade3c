using System.Data.Common;
using System.Globalization;
using Guard.Actors.Entities;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guard.Host.Intake.Routing;

/// <summary>Some of the accounts that the journal has.</summary>
/// <param name="Position">Where the next page begins.</param>
internal sealed record AccountsPage(IReadOnlyList<UserId> Users, string Position);

/// <summary>Which accounts the journal has, by the names of its entities alone; and what goes of those that are none.</summary>
internal sealed class StoredAccounts(PersistenceSettings settings)
{
    private const string Prefix = "user-";

    /// <summary>Behind every name with the prefix, by the bytes of names.</summary>
    private const string Behind = "user.";

    /// <summary>Rows of a running transaction become visible later than younger ones; so many numbers are looked at again.</summary>
    private const long Overlap = 10_000;

    private readonly Dictionary<string, long> _seenTo = [];

    /// <summary>The journal's databases: a file, or connection strings.</summary>
    private IReadOnlyList<string> Databases => settings.OnPostgres ? settings.PostgresJournals : [settings.SqliteFile];

    /// <summary>Every account of the journal and of the snapshots.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async Task<int> ReadAsync(Action<UserId> found)
    {
        var count = 0;
        foreach (var database in Databases)
        {
            await using var connection = await OpenAsync(database, write: false).ConfigureAwait(false);
            if (connection is null)
                continue;
            _seenTo[database] = await HeadAsync(connection).ConfigureAwait(false);
            foreach (var table in (string[])["journal", "snapshot"])
                count += await NamesAsync(connection, AllNames(table, connection), found).ConfigureAwait(false);
        }
        return count;
    }

    /// <summary>Accounts that were founded since, on any node: their first row in the journal.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async Task ReadNewAsync(Action<UserId> found)
    {
        DbException? failure = null;
        foreach (var database in Databases)
        {
            try
            {
                await ReadNewAsync(database, found).ConfigureAwait(false);
            }
            catch (DbException away)
            {
                // The others' accounts are found all the same.
                failure = away;
            }
        }
        if (failure is not null)
            throw failure;
    }

    private async Task ReadNewAsync(string database, Action<UserId> found)
    {
        await using var connection = await OpenAsync(database, write: false).ConfigureAwait(false);
        if (connection is null)
            return;
        var from = Math.Max(0, _seenTo.GetValueOrDefault(database) - Overlap);
        var to = await HeadAsync(connection).ConfigureAwait(false);
        await NamesAsync(
                connection,
                FormattableString.Invariant(
                    $"SELECT persistence_id FROM journal WHERE ordering > {from} AND sequence_number = 1 AND persistence_id LIKE 'user-%'"
                ),
                found
            )
            .ConfigureAwait(false);
        _seenTo[database] = to;
    }

    private static async Task<long> HeadAsync(DbConnection connection) =>
        Convert.ToInt64(await ScalarAsync(connection, "SELECT COALESCE(MAX(ordering), 0) FROM journal").ConfigureAwait(false), CultureInfo.InvariantCulture);

    /// <summary>The next accounts, one database behind the other, each in the order of its own index; null behind the last.</summary>
    /// <param name="position">Of the page before; empty, or one that an earlier version wrote: from the beginning.</param>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async Task<AccountsPage?> AfterAsync(string position, int most)
    {
        var space = position.IndexOf(' ', StringComparison.Ordinal);
        var (database, name) =
            space > 0 && int.TryParse(position.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var read)
                ? (read, position[(space + 1)..])
                : (0, "");
        for (; database < Databases.Count; (database, name) = (database + 1, ""))
        {
            if (await AfterAsync(Databases[database], name, most).ConfigureAwait(false) is { Count: > 0 } users)
                return new AccountsPage(users, string.Create(CultureInfo.InvariantCulture, $"{database} {users[^1].Value}"));
        }
        return null;
    }

    private async Task<List<UserId>> AfterAsync(string database, string name, int most)
    {
        var users = new List<UserId>();
        await using var connection = await OpenAsync(database, write: false).ConfigureAwait(false);
        if (connection is null)
            return users;
        await using var command = connection.CreateCommand();
        // Each table's names are bounded by themselves, or a page would read all that is behind it, and all pages the square of all.
        command.CommandText = FormattableString.Invariant(
            $"""
            SELECT persistence_id FROM (
              SELECT persistence_id FROM ({NextNames("journal", connection, most)}) AS rows
              UNION SELECT persistence_id FROM ({NextNames("snapshot", connection, most)}) AS states) AS names
            ORDER BY persistence_id LIMIT {most}
            """
        );
        // In an order of PostgreSQL's that nothing is known of, the first of the names may stand anywhere.
        Add(command, "after", name.Length == 0 && connection is NpgsqlConnection ? "" : Prefix + name);
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
            users.Add(new UserId(reader.GetString(0)[Prefix.Length..]));
        return users;
    }

    /// <summary>In the order of the table's index: one that is asked for in another order, be it that of bytes, is not taken, and each page reads the table.</summary>
    private static string NextNames(string table, DbConnection connection, int most) =>
        FormattableString.Invariant(
            $"SELECT DISTINCT persistence_id FROM {table} WHERE persistence_id > @after AND {(connection is NpgsqlConnection ? $"persistence_id LIKE '{Prefix}%'" : $"persistence_id < '{Behind}'")} ORDER BY persistence_id LIMIT {most}"
        );

    /// <summary>
    /// SQLite leaps from name to name in the index: an account of long standing has hundreds of rows, and one of them tells its name. Of snapshots it has one or
    /// two, which are read faster than leapt over. PostgreSQL's index is in the order of its language, in which nothing is known to stand behind all names.
    /// </summary>
    private static string AllNames(string table, DbConnection connection)
    {
        if (connection is NpgsqlConnection)
            return $"SELECT DISTINCT persistence_id FROM {table} WHERE persistence_id LIKE '{Prefix}%'";
        if (table == "snapshot")
            return $"SELECT DISTINCT persistence_id FROM snapshot WHERE persistence_id >= '{Prefix}' AND persistence_id < '{Behind}'";
        var next = $"SELECT MIN(persistence_id) FROM {table} WHERE persistence_id < '{Behind}' AND persistence_id";
        return $"""
            WITH RECURSIVE names (name) AS (
              {next} >= '{Prefix}'
              UNION ALL SELECT ({next} > names.name) FROM names WHERE names.name IS NOT NULL)
            SELECT name FROM names WHERE name IS NOT NULL
            """;
    }

    /// <summary>
    /// Deletes everything of names up to the numbers that were read. An entity that is awake numbers on from there, and finds no more behind it than strangers'
    /// failures.
    /// </summary>
    /// <exception cref="DbException">The database cannot be written.</exception>
    public async Task DeleteAsync(IReadOnlyList<(UserId User, long Number)> gone)
    {
        foreach (var part in gone.GroupBy(one => DatabaseOf(one.User)))
            await DeleteAsync(part.Key, part).ConfigureAwait(false);
    }

    private async Task DeleteAsync(string database, IEnumerable<(UserId User, long Number)> gone)
    {
        await using var connection = await OpenAsync(database, write: true).ConfigureAwait(false);
        if (connection is null)
            return;
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        foreach (var (user, number) in gone)
        {
            foreach (var table in (string[])["journal", "snapshot"])
            {
                await using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = $"DELETE FROM {table} WHERE persistence_id = @id AND sequence_number <= @number";
                Add(command, "id", Prefix + user.Value);
                Add(command, "number", number);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }
        await transaction.CommitAsync().ConfigureAwait(false);
    }

    /// <summary>How many rows and snapshots an account has.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public async Task<(long Rows, long Snapshots)> CountAsync(UserId user)
    {
        await using var connection = await OpenAsync(DatabaseOf(user), write: false).ConfigureAwait(false);
        if (connection is null)
            return (0, 0);
        return (await CountAsync("journal").ConfigureAwait(false), await CountAsync("snapshot").ConfigureAwait(false));

        async Task<long> CountAsync(string table)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM {table} WHERE persistence_id = @id";
            Add(command, "id", Prefix + user.Value);
            return Convert.ToInt64(await command.ExecuteScalarAsync().ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    private string DatabaseOf(UserId user) => Databases[JournalParts.PartOf(Prefix + user.Value, Databases.Count)];

    private async Task<DbConnection?> OpenAsync(string database, bool write)
    {
        DbConnection connection = settings.OnPostgres
            ? new NpgsqlConnection(database)
            : new SqliteConnection($"Data Source={settings.SqliteFile};Pooling=False;Default Timeout=4;Mode={(write ? "ReadWrite" : "ReadOnly")}");
        try
        {
            if (connection is SqliteConnection && !File.Exists(settings.SqliteFile))
                return null;
            await connection.OpenAsync().ConfigureAwait(false);
            var tables =
                connection is SqliteConnection
                    ? "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('journal', 'snapshot')"
                    : "SELECT COUNT(*) FROM (VALUES (to_regclass('journal')), (to_regclass('snapshot'))) AS tables (name) WHERE name IS NOT NULL";
            if (Convert.ToInt64(await ScalarAsync(connection, tables).ConfigureAwait(false), CultureInfo.InvariantCulture) == 2)
                return connection;
        }
        catch (DbException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private static async Task<int> NamesAsync(DbConnection connection, string text, Action<UserId> found)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        var count = 0;
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            found(new UserId(reader.GetString(0)[Prefix.Length..]));
            count++;
        }
        return count;
    }

    private static async Task<object?> ScalarAsync(DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
