using Google.Protobuf;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Guard.Messages.Wire;

namespace Guard.Host.Archive;

/// <summary>One item of the archive, in the order in which accounts wrote.</summary>
/// <param name="Batch">Null for <see cref="ArchivedKind.State"/>.</param>
/// <param name="State">Only for <see cref="ArchivedKind.State"/>.</param>
internal sealed record ArchivedItem(ArchivedKind Kind, SiteId Site, UserEventBatch? Batch, UserState? State)
{
    public UserId User => Batch?.User ?? State!.User;
}

/// <summary>Reads the archive, passing over the blocks of other sites and accounts. Damaged blocks are left out.</summary>
/// <param name="flush">Makes readable what a site's accounts did until now; null for all sites.</param>
internal sealed class ArchiveReader(ArchiveFiles files, Action<SiteId?> flush)
{
    /// <summary>The days there are, oldest first.</summary>
    public IReadOnlyList<DateOnly> Days => [.. files.All().Select(file => file.Day)];

    public void Flush(SiteId? site) => flush(site);

    /// <param name="site">Null for all.</param>
    /// <param name="user">Null for all; else blocks are left out in which it does not occur. Items of other accounts may still come.</param>
    public IEnumerable<ArchivedItem> Read(DateOnly day, SiteId? site, UserId? user, CancellationToken cancel)
    {
        var path = files.Of(day);
        if (!File.Exists(path))
            yield break;
        uint? hash = user is { } one ? PendingBlock.HashOf(one) : null;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        while (ArchiveBlock.ReadHeader(stream) is { } block)
        {
            cancel.ThrowIfCancellationRequested();
            var wanted = (site is null || block.Header.Site == site.Value.Value) && (hash is null || block.Header.Users.Contains(hash.Value));
            var body = wanted ? ArchiveBlock.ReadBody(stream, block.Header, block.Check, block.Head) : null;
            stream.Seek(block.Body + block.Header.Body, SeekOrigin.Begin);
            if (body is null)
                continue;
            var from = new SiteId(block.Header.Site);
            foreach (var item in body.Items)
            {
                if (Read(item, from) is { } read)
                    yield return read;
            }
        }
    }

    /// <summary>The wanted blocks of a day as they are in the file, from a place in it on, each with the place behind it.</summary>
    public IEnumerable<(byte[] Block, long Next)> Blocks(DateOnly day, long from, SiteId? site, UserId? user)
    {
        var path = files.Of(day);
        if (!File.Exists(path))
            yield break;
        uint? hash = user is { } one ? PendingBlock.HashOf(one) : null;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        stream.Seek(Math.Max(0, from), SeekOrigin.Begin);
        for (var at = stream.Position; ArchiveBlock.ReadHeader(stream) is { } block; at = stream.Position)
        {
            var next = block.Body + block.Header.Body;
            if ((site is null || block.Header.Site == site.Value.Value) && (hash is null || block.Header.Users.Contains(hash.Value)))
            {
                var whole = new byte[next - at];
                stream.Seek(at, SeekOrigin.Begin);
                stream.ReadExactly(whole);
                yield return (whole, next);
            }
            stream.Seek(next, SeekOrigin.Begin);
        }
    }

    /// <summary>How many observations a day holds, by the headers alone.</summary>
    public long Count(DateOnly day, SiteId? site)
    {
        var path = files.Of(day);
        if (!File.Exists(path))
            return 0;
        var count = 0L;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        while (ArchiveBlock.ReadHeader(stream) is { } block)
        {
            if (site is null || block.Header.Site == site.Value.Value)
                count += block.Header.Observations;
            stream.Seek(block.Body + block.Header.Body, SeekOrigin.Begin);
        }
        return count;
    }

    private static ArchivedItem? Read(ArchiveItemRecord item, SiteId site)
    {
        try
        {
            return (ArchivedKind)item.Kind switch
            {
                ArchivedKind.Write or ArchivedKind.FirstWrite => new ArchivedItem((ArchivedKind)item.Kind, site, ArchivedForms.ReadBatch(item.Batch), null),
                ArchivedKind.State => new ArchivedItem(ArchivedKind.State, site, null, ArchivedForms.ReadState(item.State)),
                // A newer version's.
                _ => null,
            };
        }
        catch (Exception damaged) when (damaged is InvalidProtocolBufferException or FormatException or System.Runtime.Serialization.SerializationException)
        {
            return null;
        }
    }
}
