using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guard.Actors.Persistence;

/// <summary>Makes the tables of journal and snapshots where there are none.</summary>
public static class PersistenceTables
{
    public static void Create(SqliteConnection connection) => SqliteTables.Create(connection);

    public static Task CreateAsync(NpgsqlConnection connection) => PostgresTables.CreateAsync(connection);
}
