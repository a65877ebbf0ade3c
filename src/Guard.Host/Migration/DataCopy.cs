using Guard.Host.Configuration;
using Guard.Host.Platform;
using Microsoft.Data.Sqlite;

namespace Guard.Host.Migration;

/// <summary>
/// A copy of everything that a guard keeps: how far logs were read, all its databases, its keys, its archive, and the installed configuration; each file with its
/// owner and mode. What stands on something else is copied before it (checkpoints and what is derived before the journal): a journal that is newer than
/// they are only sees some of it again, an older one would miss what was acknowledged in between.
/// </summary>
internal static class DataCopy
{
    /// <summary>Of the journal, whatever it is called where it was copied from.</summary>
    public const string Journal = "accountguard.db";

    /// <summary>Of the configuration.</summary>
    public const string Settings = "etc";

    private const string Intake = "intake";
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };
    private static readonly string[] Records = ["console.db", "audit.db", "people.db"];
    private static readonly string[] Directories = ["enforcement", "helper", "archive", "archive-of-others"];

    /// <summary>About how much <see cref="Make"/> copies, bytes: of the databases and what lies in directories.</summary>
    public static long SizeOf(GuardSettings settings) =>
        Records
            .Select(name => Path.Combine(settings.DataDirectory, name))
            .Concat(settings.Persistence.OnPostgres ? [] : [settings.Persistence.SqliteFile])
            .Select(file => new FileInfo(file))
            .Where(file => file.Exists)
            .Sum(file => file.Length) + Directories.Append(Intake).Sum(name => SizeOf(Path.Combine(settings.DataDirectory, name)));

    /// <summary>What lies in a directory now, bytes.</summary>
    public static long SizeOf(string directory) =>
        Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*", Everything).Sum(file => file.Exists ? file.Length : 0) : 0;

    /// <param name="target">A directory that is not there yet; it is made for the caller alone.</param>
    /// <param name="configuration">A directory that is copied too; null: none.</param>
    /// <returns>What was copied, by its names in the target.</returns>
    /// <exception cref="IOException">Something could not be copied, or the copy of a database is damaged.</exception>
    public static IReadOnlyList<string> Make(GuardSettings settings, string target, string? configuration)
    {
        var data = settings.DataDirectory;
        var copied = new List<string>();
        Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Tree(data, target, Intake);
        foreach (var name in Directories)
            Tree(data, target, name);
        foreach (var name in Records)
            Database(Path.Combine(data, name), name);
        // A link in the guard's directory would give its user what root may read.
        foreach (
            var file in new DirectoryInfo(data)
                .GetFiles()
                .Where(file => IsKept(file.Name) && file.LinkTarget is null)
                .OrderBy(file => file.Name, StringComparer.Ordinal)
        )
            Put(file.FullName, file.Name);
        if (!settings.Persistence.OnPostgres)
            Database(settings.Persistence.SqliteFile, Journal);
        if (configuration is not null && Directory.Exists(configuration))
            Tree(Path.GetDirectoryName(configuration)!, target, Path.GetFileName(configuration), Settings);
        return copied;

        void Tree(string parent, string into, string name, string? called = null)
        {
            if (!Directory.Exists(Path.Combine(parent, name)))
                return;
            CopyTree(Path.Combine(parent, name), Path.Combine(into, called ?? name));
            copied.Add((called ?? name) + "/");
        }

        void Database(string file, string name)
        {
            if (!File.Exists(file))
                return;
            CopyDatabase(file, Path.Combine(target, name));
            copied.Add(name);
        }

        void Put(string file, string name)
        {
            CopyFile(file, Path.Combine(target, name));
            copied.Add(name);
        }
    }

    /// <summary>Puts a copy in the place of what is in the data directory, for the owner of that directory; what was there is kept beside it.</summary>
    /// <param name="former">Where what was there is kept: a directory that is not there yet.</param>
    /// <returns>What was put back.</returns>
    /// <exception cref="IOException">The copy is damaged or is none, and nothing was touched; or it could not be written.</exception>
    public static IReadOnlyList<string> PutBack(GuardSettings settings, string copy, string former)
    {
        var data = settings.DataDirectory;
        var entries = new DirectoryInfo(copy)
            .GetFileSystemInfos()
            .Where(entry => entry.Name != Settings)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList();
        if (!entries.Exists(entry => entry.Name == (settings.Persistence.OnPostgres ? Intake : Journal)))
            throw new IOException($"{copy} is no copy of a guard's data: accountguard backup makes one");
        foreach (var database in entries.Where(entry => entry.Name.EndsWith(".db", StringComparison.Ordinal)))
            Check(database.FullName);

        var journal = settings.Persistence.SqliteFile;
        var staged = $"{former}.new";
        try
        {
            // What can fail for want of room or rights fails before anything is touched.
            Directory.CreateDirectory(staged);
            foreach (var entry in entries)
            {
                var target = Path.Combine(staged, entry.Name);
                if (entry is DirectoryInfo)
                    CopyTree(entry.FullName, target);
                else
                    CopyFile(entry.FullName, target);
                Give(target, data);
            }
            Directory.CreateDirectory(former);
            FileOwner.Copy(data, former);
            foreach (var entry in new DirectoryInfo(data).GetFileSystemInfos().Where(entry => entry.Name is not (DirectoryLock.FileName or "geo")))
                Move(entry.FullName, Path.Combine(former, entry.Name));
            if (!settings.Persistence.OnPostgres)
                foreach (var file in new[] { journal, $"{journal}-wal", $"{journal}-shm" }.Where(File.Exists))
                    Move(file, Path.Combine(former, Path.GetFileName(file)));
            foreach (var entry in entries)
                Move(Path.Combine(staged, entry.Name), entry.Name == Journal && !settings.Persistence.OnPostgres ? journal : Path.Combine(data, entry.Name));
        }
        finally
        {
            if (Directory.Exists(staged))
                Directory.Delete(staged, true);
        }
        return [.. entries.Select(entry => entry is DirectoryInfo ? entry.Name + "/" : entry.Name)];
    }

    /// <summary>Puts the copied configuration in the place of one that is there, each file with the owner and the mode that it had; what was there is kept.</summary>
    /// <param name="former">Where what was there is kept: a directory that is not there yet.</param>
    /// <exception cref="IOException">The copy has none, and nothing was touched; or it could not be written.</exception>
    public static void PutBackSettings(string copy, string target, string former)
    {
        var from = Path.Combine(copy, Settings);
        if (!Directory.Exists(from))
            throw new IOException($"{copy} has no configuration");
        var staged = $"{former}.new";
        try
        {
            CopyTree(from, staged);
            if (Directory.Exists(target))
            {
                // The directory itself stays: it may be a mount of its own.
                Directory.CreateDirectory(former);
                Same(target, former);
                foreach (var entry in new DirectoryInfo(target).GetFileSystemInfos())
                    Move(entry.FullName, Path.Combine(former, entry.Name));
            }
            else
            {
                Directory.CreateDirectory(target);
            }
            foreach (var entry in new DirectoryInfo(staged).GetFileSystemInfos())
                Move(entry.FullName, Path.Combine(target, entry.Name));
            Same(from, target);
        }
        finally
        {
            if (Directory.Exists(staged))
                Directory.Delete(staged, true);
        }
    }

    /// <summary>What lies beside the databases, and says nothing that a start does not make anew.</summary>
    private static bool IsKept(string file) => file.EndsWith(".key", StringComparison.Ordinal) || file is "names-cleaned" or "last-backup";

    private static void CopyDatabase(string file, string target)
    {
        using (var from = Open(file, SqliteOpenMode.ReadWrite))
        using (var to = Open(target, SqliteOpenMode.ReadWriteCreate))
            DatabaseCopy.Make(from, to, target);
        Check(target);
        Same(file, target);
    }

    private static void Check(string file)
    {
        using var connection = Open(file, SqliteOpenMode.ReadOnly);
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        if (check.ExecuteScalar() is not "ok")
            throw new IOException($"{file} is damaged");
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = mode,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    private static void CopyTree(string directory, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null))
        {
            if (entry is DirectoryInfo)
                CopyTree(entry.FullName, Path.Combine(target, entry.Name));
            else
                CopyFile(entry.FullName, Path.Combine(target, entry.Name));
        }
        Same(directory, target);
    }

    private static void CopyFile(string file, string target)
    {
        try
        {
            if (new FileInfo(file).Length < DiskPace.Part)
                File.Copy(file, target);
            else
                CopyParts(file, target);
            Same(file, target);
        }
        // A running guard puts new files in the place of old ones.
        catch (FileNotFoundException gone) when (gone.FileName == file) { }
    }

    private static void CopyParts(string file, string target)
    {
        using var from = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var part = new byte[DiskPace.Part];
        for (var at = 0L; RandomAccess.Read(from, part, at) is var count and > 0; at += count)
        {
            RandomAccess.Write(to, part.AsSpan(0, count), at);
            DiskPace.Flush(to);
        }
    }

    private static void Same(string file, string target)
    {
        FileOwner.Copy(file, target);
        File.SetUnixFileMode(target, File.GetUnixFileMode(file));
    }

    private static void Give(string path, string owner)
    {
        FileOwner.Copy(owner, path);
        if (Directory.Exists(path))
            foreach (var entry in Directory.EnumerateFileSystemEntries(path))
                Give(entry, owner);
    }

    /// <summary>Also to another file system, for a data directory that is one of its own.</summary>
    private static void Move(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return;
        }
        catch (IOException) when (Path.Exists(from) && !Path.Exists(to))
        {
            // Over the edge of a file system.
        }
        if (Directory.Exists(from))
        {
            CopyTree(from, to);
            Directory.Delete(from, true);
        }
        else
        {
            CopyFile(from, to);
            File.Delete(from);
        }
    }
}
