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
    private readonly ArchiveIndex _index = new();

    /// <summary>The days there are, oldest first.</summary>
    public IReadOnlyList<DateOnly> Days => [.. files.All().Select(file => file.Day)];

    public void Flush(SiteId? site) => flush(site);

    /// <param name="site">Null for all.</param>
    /// <param name="user">Null for all; else blocks are left out in which it does not occur. Items of other accounts may still come.</param>
    public IEnumerable<ArchivedItem> Read(DateOnly day, SiteId? site, UserId? user, CancellationToken cancel)
    {
        using var stream = Open(day);
        if (stream is null)
            yield break;
        foreach (var block in Wanted(stream, 0, site, user, cancel))
        {
            if (ArchiveBlock.ReadBody(stream, block) is not { } body)
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
        using var stream = Open(day);
        if (stream is null)
            yield break;
        foreach (var block in Wanted(stream, Math.Max(0, from), site, user, CancellationToken.None))
            yield return (ArchiveBlock.ReadWhole(stream, block), block.End);
    }

    /// <summary>How many observations a day holds, by the headers alone.</summary>
    public long Count(DateOnly day, SiteId? site, CancellationToken cancel)
    {
        using var stream = Open(day);
        return stream is null ? 0
            : site is { } one ? _index.Of(stream, one, cancel).Sum(block => (long)block.Observations)
            : _index.Count(stream, cancel);
    }

    /// <summary>The sites of which a day holds something.</summary>
    public IReadOnlyList<SiteId> Sites(DateOnly day, CancellationToken cancel)
    {
        using var stream = Open(day);
        return stream is null ? [] : [.. _index.Sites(stream, cancel).Select(site => new SiteId(site))];
    }

    /// <summary>Gives back what makes the next question fast, when nobody asked since it was last called.</summary>
    public void Rest() => _index.Rest();

    private FileStream? Open(DateOnly day)
    {
        try
        {
            // Headers are small and stand apart; bodies are read whole.
            return new FileStream(files.Of(day), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The blocks from a place on; each time the stream stands before the body.</summary>
    private IEnumerable<BlockHead> Wanted(FileStream stream, long from, SiteId? site, UserId? user, CancellationToken cancel)
    {
        uint? hash = user is { } one ? PendingBlock.HashOf(one) : null;
        foreach (var block in site is { } asked ? OfSite(stream, from, asked, cancel) : ArchiveBlock.Heads(stream, from))
        {
            cancel.ThrowIfCancellationRequested();
            if (hash is null || block.Header.Users.Contains(hash.Value))
                yield return block;
        }
    }

    private IEnumerable<BlockHead> OfSite(FileStream stream, long from, SiteId site, CancellationToken cancel)
    {
        foreach (var place in _index.Of(stream, site, cancel).Where(place => place.At >= from))
        {
            stream.Seek(place.At, SeekOrigin.Begin);
            if (ArchiveBlock.ReadHead(stream) is not { } block)
                yield break;
            yield return block;
        }
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
