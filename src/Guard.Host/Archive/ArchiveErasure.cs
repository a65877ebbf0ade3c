using Guard.Actors.Serialization;
using Guard.Messages.Identity;
using Guard.Messages.Wire;

namespace Guard.Host.Archive;

/// <summary>Takes an account out of a file of the archive: the file is written anew without it and takes the old one's place.</summary>
internal static class ArchiveErasure
{
    /// <returns>How many items there were; null when the file was left as it is.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long? Erase(string path, UserId user)
    {
        var hash = PendingBlock.HashOf(user);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        if (!ArchiveBlock.Heads(stream, 0).Any(block => block.Header.Users.Contains(hash)))
            return null;
        var fresh = path + ".new";
        var erased = 0L;
        using (var target = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            foreach (var block in ArchiveBlock.Heads(stream, 0))
            {
                if (!block.Header.Users.Contains(hash))
                {
                    target.Write(ArchiveBlock.ReadWhole(stream, block));
                }
                // A damaged one cannot be read, and may hold what must go.
                else if (ArchiveBlock.ReadBody(stream, block) is { } body)
                {
                    var kept = new ArchiveBodyRecord();
                    kept.Items.Add(body.Items.Where(item => UserOf(item) != user));
                    erased += body.Items.Count - kept.Items.Count;
                    if (kept.Items.Count > 0)
                        target.Write(PendingBlock.Of(block.Header, kept));
                }
            }
            target.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
        return erased;
    }

    /// <summary>Null for a newer version's item.</summary>
    public static UserId? UserOf(ArchiveItemRecord item) =>
        (ArchivedKind)item.Kind switch
        {
            ArchivedKind.Write or ArchivedKind.FirstWrite => ArchivedForms.ReadBatch(item.Batch).User,
            ArchivedKind.State => ArchivedForms.ReadState(item.State).User,
            _ => null,
        };
}
