using System.Text;

namespace Guard.Host.Platform;

/// <summary>Replaces a file as a whole: readers see the old text or the new one, and after a crash there is one of them.</summary>
internal static class AtomicFile
{
    /// <summary>What daemons of other users read.</summary>
    public const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="mode">The rights of a file that was not there; an existing file keeps its own, and its owner as far as we may set it.</param>
    /// <param name="group">The group that a file which was not there is given to, when there is one of that name and it is ours to give; then only it may read
    /// besides the owner.</param>
    /// <param name="laterThanBefore">
    /// Gives the file a modification time that differs in whole seconds from the one before. Daemons that look only at seconds and size would miss
    /// the second of two changes within a second.
    /// </param>
    public static void Write(string path, string text, UnixFileMode mode = OwnerOnly, bool laterThanBefore = false, string group = "")
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var before = new FileInfo(path);
        // In the same directory, or the rename would not be atomic.
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.accountguard");
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        // The umask may have taken away what the readers need.
        if (before.Exists || group.Length == 0 || FileOwner.GroupOf(group) is not { } id || !FileOwner.TrySetGroup(temporary, id))
            File.SetUnixFileMode(temporary, before.Exists ? before.UnixFileMode : mode);
        else
            File.SetUnixFileMode(temporary, OwnerOnly | UnixFileMode.GroupRead);
        if (before.Exists)
            FileOwner.Copy(path, temporary);
        if (laterThanBefore && before.Exists && Seconds(File.GetLastWriteTimeUtc(temporary)) <= Seconds(before.LastWriteTimeUtc))
            File.SetLastWriteTimeUtc(temporary, DateTime.UnixEpoch.AddSeconds(Seconds(before.LastWriteTimeUtc) + 1));
        File.Move(temporary, path, overwrite: true);
    }

    private static long Seconds(DateTime time) => (long)Math.Floor((time - DateTime.UnixEpoch).TotalSeconds);
}
