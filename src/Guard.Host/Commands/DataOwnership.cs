using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Commands;

/// <summary>What a command that writes takes before anything else: the data directory for itself alone, and its files away from the eyes of others.</summary>
internal sealed class DataOwnership : IDisposable
{
    private readonly List<DirectoryLock> _locks = [];

    /// <exception cref="DirectoryInUseException">Another process has it; nothing was touched.</exception>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public static DataOwnership Take(GuardSettings settings, string what, Action<string> tell)
    {
        var database = settings.Persistence.OnPostgres ? null : settings.Persistence.SqliteFile;
        if (File.Exists(settings.DataDirectory))
            throw new StartException("data-directory", $"{settings.DataDirectory} is a file", "name a directory; the guard makes it");
        var owned = Take(what, [settings.DataDirectory, .. database is null ? Array.Empty<string>() : [DirectoryOf(database)]]);
        foreach (var told in PrivateFiles.Tighten(settings.DataDirectory, database is null ? [] : [database, $"{database}-wal", $"{database}-shm"]))
            tell(told);
        return owned;
    }

    /// <summary>The directories for this process alone, each once.</summary>
    public static DataOwnership Take(string what, IEnumerable<string> directories)
    {
        var owned = new DataOwnership();
        try
        {
            foreach (var directory in directories.Select(Path.GetFullPath).Distinct())
                owned._locks.Add(DirectoryLock.Take(directory, what));
            return owned;
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    public static string DirectoryOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!;

    public void Dispose()
    {
        foreach (var one in _locks)
            one.Dispose();
    }
}
