using System.Globalization;
using System.Runtime.InteropServices;

namespace Guard.Host.Platform;

/// <summary>Keeps what is written about people from everybody but the guard's own user: directories 0700, files 0600, whatever the umask was.</summary>
public static class PrivateFiles
{
    private const UnixFileMode OthersAndGroup =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>
    /// What the guard puts into its data directory: directories by name, files by their ending. Anything else there is somebody else's and left alone.
    /// </summary>
    private static readonly string[] Directories = ["intake", "archive", "archive-of-others", "enforcement", "helper", "geo"];

    private static readonly string[] Endings = ["names-cleaned", ".db", ".db-wal", ".db-shm", ".db-journal", ".key", ".lock", ".sock"];

    /// <summary>From now on this process makes nothing that others may open, and nor do the libraries that it uses; who means another mode says so.</summary>
    public static void ByDefault() => _ = SetMask((uint)OthersAndGroup);

    /// <summary>Takes the rights of others from what an earlier version, or another umask, left open in a data directory.</summary>
    /// <returns>What was done, and what could not be, in words.</returns>
    public static IReadOnlyList<string> Tighten(string directory, params IEnumerable<string> files)
    {
        var told = new List<string>();
        var full = Path.GetFullPath(directory);
        if (!Directory.Exists(full))
            return told;
        FileSystemInfo[] entries = [.. new DirectoryInfo(full).EnumerateFileSystemInfos()];
        var closed = new List<string>();
        foreach (var entry in entries.Where(entry => IsOwn(entry)))
            Close(entry, closed, told);
        foreach (var file in files.Where(File.Exists))
            Close(new FileInfo(file), closed, told);
        // A directory that is not the guard's alone, such as /var/lib given by mistake, stays as it is.
        if (entries.FirstOrDefault(entry => !IsOwn(entry)) is not { } foreign)
            Close(new DirectoryInfo(full), closed, told, deep: false);
        else if ((File.GetUnixFileMode(full) & OthersAndGroup) != 0)
            told.Add($"{full} holds other things, such as {foreign.Name}: its rights stay as they are, those of the guard's own files in it do not");
        if (closed.Count > 0)
        {
            told.Insert(
                0,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"others could open {closed.Count} files and directories of the guard, such as {closed[0]}: only its own user can now"
                )
            );
        }
        return told;
    }

    private static bool IsOwn(FileSystemInfo entry) =>
        entry is DirectoryInfo ? Directories.Contains(entry.Name) : Endings.Any(own => entry.Name.EndsWith(own, StringComparison.Ordinal));

    private static void Close(FileSystemInfo entry, List<string> closed, List<string> told, bool deep = true)
    {
        // A link leads elsewhere.
        if (entry.LinkTarget is not null)
            return;
        try
        {
            if ((entry.UnixFileMode & OthersAndGroup) != 0 && !IsSocket(entry))
            {
                entry.UnixFileMode &= ~OthersAndGroup;
                closed.Add(entry.FullName);
            }
            if (deep && entry is DirectoryInfo directory)
                foreach (var inner in directory.EnumerateFileSystemInfos())
                    Close(inner, closed, told);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            told.Add($"others can open {entry.FullName}, and it cannot be changed: {failure.Message}");
        }
    }

    // Sockets are made anew at each start, with the rights that the settings give them.
    private static bool IsSocket(FileSystemInfo entry) => entry.Name.EndsWith(".sock", StringComparison.Ordinal);

    [DllImport("libc", EntryPoint = "umask")]
    private static extern uint SetMask(uint mask);
}
