using System.Data.Common;
using Guard.Host.Configuration;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Guard.Host.Enforcement.Sql;

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
}
