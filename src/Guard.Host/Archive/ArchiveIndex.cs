using System.Runtime.InteropServices;
using Guard.Messages.Identity;

namespace Guard.Host.Archive;

/// <summary>Where a block begins in its day's file, and how many observations it holds.</summary>
internal readonly record struct BlockPlace(long At, int Observations);

/// <summary>
/// Where each site's blocks lie in the days' files, so that a question about one site passes over the others' without reading their headers. Built from the headers
/// when first asked for, and of what was appended since only that is read. About 20 bytes a block: 2 GiB in blocks of 10 KiB take 4 MiB. Used by any thread.
/// </summary>
internal sealed class ArchiveIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Day> _days = [];
    private bool _asked;

    /// <summary>A site's blocks in the order of the file.</summary>
    /// <param name="stream">The day's file, whose position is changed.</param>
    /// <exception cref="OperationCanceledException">What was read until then is kept.</exception>
    public BlockPlace[] Of(FileStream stream, SiteId site, CancellationToken cancel)
    {
        lock (_lock)
            return Current(stream, cancel).Blocks.TryGetValue(site.Value, out var blocks) ? [.. blocks] : [];
    }

    /// <summary>The sites that have blocks in a day's file.</summary>
    /// <inheritdoc cref="Of"/>
    public string[] Sites(FileStream stream, CancellationToken cancel)
    {
        lock (_lock)
            return [.. Current(stream, cancel).Blocks.Keys];
    }

    /// <summary>How many observations a day's file holds of all sites.</summary>
    /// <inheritdoc cref="Of"/>
    public long Count(FileStream stream, CancellationToken cancel)
    {
        lock (_lock)
            return Current(stream, cancel).Observations;
    }

    /// <summary>Gives its memory back when nobody asked since it was last called.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            if (!_asked)
                _days.Clear();
            _asked = false;
        }
    }

    private Day Current(FileStream stream, CancellationToken cancel)
    {
        _asked = true;
        // A file that was written anew without somebody's items took the old one's place. Where the file system knows no time of making, it is that of the last change.
        var made = File.GetCreationTimeUtc(stream.SafeFileHandle);
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(_days, stream.Name, out _);
        if (day is null || day.Made != made || day.ReadTo > stream.Length)
            day = new Day(made);
        foreach (var block in ArchiveBlock.Heads(stream, day.ReadTo))
        {
            cancel.ThrowIfCancellationRequested();
            day.Add(block);
        }
        return day;
    }

    private sealed class Day(DateTime made)
    {
        public DateTime Made => made;

        public long ReadTo { get; private set; }

        public long Observations { get; private set; }

        public Dictionary<string, List<BlockPlace>> Blocks { get; } = [];

        public void Add(BlockHead block)
        {
            ref var blocks = ref CollectionsMarshal.GetValueRefOrAddDefault(Blocks, block.Header.Site, out _);
            (blocks ??= []).Add(new BlockPlace(block.At, block.Header.Observations));
            Observations += block.Header.Observations;
            ReadTo = block.End;
        }
    }
}
