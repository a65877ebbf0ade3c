using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guard.Bench.Cluster;

/// <summary>What the bench itself looks up in a guard's database and puts into it, for each kind of database one way.</summary>
internal interface IGrowthDatabase : IDisposable
{
    /// <summary>Snapshots and rows of accounts, MiB, before a guard keeps anything else there.</summary>
    double Journal { get; }

    /// <summary>What the console's lists are made of, MiB.</summary>
    (string Row, double MiB) Console { get; }

    /// <summary>Whether the guard's list of accounts is whole.</summary>
    bool IsListed { get; }

    long Listed { get; }

    /// <summary>Days of accounts that are over.</summary>
    long Expired { get; }

    /// <summary>Whether there is none of them any more.</summary>
    bool IsClean { get; }

    /// <summary>Listed accounts that were not seen since a moment.</summary>
    long SeenBefore(DateTimeOffset moment);

    /// <summary>Where the write-ahead log stands, for <see cref="Log"/>.</summary>
    long LogPosition { get; }

    /// <summary>What a clean-up leaves in the write-ahead log.</summary>
    (string Row, double MiB) Log(long since);

    /// <summary>Days of every account and a year's incidents of one in so many, into what the guard made itself. No guard may run.</summary>
    void Records();
}

/// <summary>The journal in a file, and what the console shows in another one in the data directory.</summary>
internal sealed class SqliteGrowthDatabase(Store store, string data) : IGrowthDatabase
{
    private readonly string _console = Path.Combine(data, "console.db");

    public double Journal => FileSize.MiB(store.File);

    public (string Row, double MiB) Console => ("console.db, MiB", FileSize.MiB(_console));

    public bool IsListed => Count(GrowthData.Rebuilt) > 0;

    public long Listed => Count(GrowthData.Accounts);

    public long Expired => Count(GrowthData.DaysThatAreOver);

    public bool IsClean => Count(GrowthData.AnyDayThatIsOver) == 0;

    public long SeenBefore(DateTimeOffset moment) => Count(GrowthData.AccountsSeenBefore(moment));

    /// <summary>Its file begins anew by itself and keeps the size that it once had.</summary>
    public long LogPosition => 0;

    public (string Row, double MiB) Log(long since) => ("largest write-ahead log of console.db, MiB", FileSize.MiB(_console + "-wal"));

    public void Records()
    {
        using var connection = new SqliteConnection($"Data Source={_console};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA synchronous = off; PRAGMA cache_size = -1000000");
        Run(connection, GrowthData.InsertDays);
        Run(connection, GrowthData.InsertIncidents("console_accounts", "rowid"));
    }

    private long Count(string text)
    {
        if (!File.Exists(_console))
            return 0;
        try
        {
            using var connection = new SqliteConnection($"Data Source={_console};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = text;
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            // Its tables are not there yet.
            return 0;
        }
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (text, 3600);
        command.ExecuteNonQuery();
    }

    public void Dispose() { }
}

/// <summary>Everything in one database of a server that all nodes share.</summary>
internal sealed class PostgresGrowthDatabase(Store store) : IGrowthDatabase
{
    /// <summary>Connections are kept: to open one at each look would be work that the server does beside the guard's.</summary>
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(store.Connection + ";Command Timeout=3600");

    public double Journal => Tables("NOT LIKE");

    public (string Row, double MiB) Console => ("console's tables with indexes, MiB", Tables("LIKE"));

    public bool IsListed => Count(GrowthData.Rebuilt) > 0;

    public long Listed => Count(GrowthData.Accounts);

    public long Expired => Count(GrowthData.DaysThatAreOver);

    public bool IsClean => Count(GrowthData.AnyDayThatIsOver) == 0;

    public long SeenBefore(DateTimeOffset moment) => Count(GrowthData.AccountsSeenBefore(moment));

    public long LogPosition => Number("SELECT (pg_current_wal_lsn() - '0/0')::bigint");

    public (string Row, double MiB) Log(long since) => ("write-ahead log of the server since that start, MiB", (LogPosition - since) / 1048576.0);

    public void Records()
    {
        Run(GrowthData.InsertDays);
        Run(GrowthData.InsertIncidents("(SELECT user_name, site, ROW_NUMBER() OVER (ORDER BY user_name) AS place FROM console_accounts) AS placed", "place"));
        // Rows of a year would have been through autovacuum long ago.
        Run("VACUUM (ANALYZE)");
    }

    private double Tables(string likeConsole) =>
        Number(
            $"SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname {likeConsole} 'console\\_%'"
        ) / 1048576.0;

    private long Count(string text)
    {
        try
        {
            return Number(text);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Its tables are not there yet.
            return 0;
        }
    }

    private long Number(string text)
    {
        using var command = _source.CreateCommand(text);
        return (long)command.ExecuteScalar()!;
    }

    private void Run(string text)
    {
        using var command = _source.CreateCommand(text);
        command.ExecuteNonQuery();
    }

    public void Dispose() => _source.Dispose();
}
