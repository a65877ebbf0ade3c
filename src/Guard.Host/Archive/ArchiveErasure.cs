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
        if (!Holds(stream, hash))
            return null;
        var fresh = path + ".new";
        var erased = 0L;
        stream.Seek(0, SeekOrigin.Begin);
        using (var target = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            for (var at = 0L; ArchiveBlock.ReadHeader(stream) is { } block; at = stream.Position)
            {
                var next = block.Body + block.Header.Body;
                if (!block.Header.Users.Contains(hash))
                {
                    var whole = new byte[next - at];
                    stream.Seek(at, SeekOrigin.Begin);
                    stream.ReadExactly(whole);
                    target.Write(whole);
                }
                // A damaged one cannot be read, and may hold what must go.
                else if (ArchiveBlock.ReadBody(stream, block.Header, block.Check, block.Head) is { } body)
                {
                    var kept = new ArchiveBodyRecord();
                    kept.Items.Add(body.Items.Where(item => UserOf(item) != user));
                    erased += body.Items.Count - kept.Items.Count;
                    if (kept.Items.Count > 0)
                        target.Write(PendingBlock.Of(block.Header, kept));
                }
                stream.Seek(next, SeekOrigin.Begin);
            }
            target.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
        return erased;
    }

    private static bool Holds(FileStream stream, uint hash)
    {
        while (ArchiveBlock.ReadHeader(stream) is { } block)
        {
            if (block.Header.Users.Contains(hash))
                return true;
            stream.Seek(block.Body + block.Header.Body, SeekOrigin.Begin);
        }
        return false;
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
