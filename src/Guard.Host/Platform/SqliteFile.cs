using Microsoft.Data.Sqlite;

namespace Guard.Host.Platform;

/// <summary>Makes the database file ready: directory, write-ahead log, and a clear error when it cannot be written.</summary>
public static class SqliteFile
{
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    public static void Prepare(string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory)
                Directory.CreateDirectory(directory);
            // SQLite opens what it may only read, and complains at the first word that is to be written.
            if (Array.Find([file, $"{file}-wal", $"{file}-shm"], part => File.Exists(part) && !FileOwner.MayWrite(part)) is { } closed)
                throw new UnauthorizedAccessException(
                    $"{closed} is not this user's to write, {SystemAccounts.Machine.Describe(FileOwner.OwnUser())}: root may have made it; give it back with chown"
                );
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            // WAL lets recoveries read while others write. The empty transaction finds a read-only file or a full disk now, not later.
            command.CommandText = "PRAGMA journal_mode=WAL; BEGIN IMMEDIATE; COMMIT; PRAGMA user_version = 1;";
            command.ExecuteNonQuery();
        }
        catch (Exception failure) when (failure is SqliteException or UnauthorizedAccessException)
        {
            throw new IOException($"{file}: the database cannot be written: {failure.Message}", failure);
        }
    }
}
