using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>
/// Files of earlier versions and of the stock engine have indexes by time and by number alone. Nothing asks by them, and each row dirties a page of each, so that they
/// go while the guard works.
/// </summary>
internal static class SqliteUnusedIndexes
{
    /// <summary>A larger index stays: writes wait for as long as it takes to drop it, 0.1 to 0.3 s for a million rows.</summary>
    public const int MostRows = 10_000_000;

    private static readonly (string Table, string Name)[] All =
    [
        ("journal", "journal_created_idx"),
        ("journal", "journal_sequence_number_idx"),
        ("snapshot", "snapshot_sequence_number_idx"),
        ("snapshot", "snapshot_created_idx"),
    ];

    /// <summary>Completes when all that can go are gone. What did not go this time is tried at the next start.</summary>
    public static Task DropAsync(string file, string synchronous, SqliteGroupWriter writer, int mostRows = MostRows) =>
        Task.Factory.StartNew(() => Drop(file, synchronous, writer, mostRows), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Drop(string file, string synchronous, SqliteGroupWriter writer, int mostRows)
    {
        try
        {
            using var connection = SqliteTables.Open(file, synchronous, create: false);
            foreach (var (table, name) in All)
            {
                if (Count(connection, $"SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = '{name}'") == 0)
                    continue;
                // Reads it from the disk as well, while nobody waits: dropping looks at each of its pages.
                if (Count(connection, $"SELECT COUNT(*) FROM (SELECT 1 FROM {table} INDEXED BY {name} LIMIT {mostRows + 1L})") <= mostRows)
                    writer.WriteAsync(commands => commands.DropIndex(name)).Wait();
            }
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
        {
            // A locked or damaged file: whoever writes will say so, and writing goes on with the indexes.
        }
    }

    private static long Count(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}
