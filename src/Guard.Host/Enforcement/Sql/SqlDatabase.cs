using System.Data.Common;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Guard.Host.Enforcement.Sql;

/// <summary>Which database a hosting panel keeps its mailboxes in.</summary>
public enum SqlProvider : byte
{
    Postgres = 0,
    Sqlite = 1,

    /// <summary>MySQL and MariaDB.</summary>
    Mysql = 2,
}

/// <summary>Opens connections to an administrator's database.</summary>
public sealed class SqlDatabase(SqlProvider provider, string connection)
{
    public SqlProvider Provider => provider;

    /// <exception cref="DbException">It does not answer, or refuses.</exception>
    public async Task<DbConnection> Open(CancellationToken cancellation)
    {
        DbConnection opened = provider switch
        {
            SqlProvider.Postgres => new NpgsqlConnection(connection),
            SqlProvider.Mysql => new MySqlConnection(connection),
            _ => new SqliteConnection(connection),
        };
        try
        {
            await opened.OpenAsync(cancellation).ConfigureAwait(false);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Why a connection string cannot be read; null when it can.</summary>
    public static string? FaultOf(SqlProvider provider, string connection)
    {
        try
        {
            DbConnectionStringBuilder builder = provider switch
            {
                SqlProvider.Postgres => new NpgsqlConnectionStringBuilder(connection),
                SqlProvider.Mysql => new MySqlConnectionStringBuilder(connection),
                _ => new SqliteConnectionStringBuilder(connection),
            };
            return builder.Count == 0 ? "is empty" : null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or KeyNotFoundException)
        {
            return wrong.Message.Split(" (Parameter")[0];
        }
    }
}
