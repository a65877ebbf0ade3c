using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Guard.Host.Platform;

namespace Guard.Host.Migration;

/// <summary>What one entity has in a database: how much, and a digest of every byte of it in order.</summary>
internal sealed record EntityDigest(string Id, long Rows, string Sha256);

/// <summary>What was copied and found the same on both sides.</summary>
internal sealed record CopyReport(long Entities, long Events, long Snapshots, long Tags, bool Resumed);

/// <summary>Copies a guard's tables into an empty database, page by page, each page whole or not at all; begun again, it goes on behind the last page. Then
/// compares everything.</summary>
internal sealed class StoredCopy(IStoredTables from, string fromName, IStoredTables to, int page, Action<string> tell, LongWork? work = null)
{
    private const string Finished = "";

    /// <exception cref="MigrationException">A guard is running, the target is not empty, or the copy is not the same.</exception>
    public async Task<CopyReport> RunAsync(CancellationToken cancel)
    {
        await from.TakeAsync().ConfigureAwait(false);
        await to.TakeAsync().ConfigureAwait(false);
        if (!await from.HasRowsAsync().ConfigureAwait(false))
            throw new MigrationException($"{fromName}: no guard has journaled anything there");
        if (await from.MarkAsync().ConfigureAwait(false) is { } unfinished && unfinished != Finished)
            throw new MigrationException($"{fromName} is itself the unfinished target of a migration from {unfinished}");
        var mark = await to.MarkAsync().ConfigureAwait(false);
        var resumed = mark == fromName;
        if (!resumed && await to.HasRowsAsync().ConfigureAwait(false))
            throw new MigrationException("the target is not empty: a guard's journal is already there, and two lives of one account cannot be joined");
        await to.CreateAsync().ConfigureAwait(false);
        await to.MarkAsync(fromName).ConfigureAwait(false);
        var copied = await CopyAsync(cancel).ConfigureAwait(false);
        await to.NumberOnAsync().ConfigureAwait(false);
        work?.Done();
        tell("comparing every entity on both sides");
        var report = await CompareAsync(resumed ? 0 : copied, cancel).ConfigureAwait(false) with { Resumed = resumed };
        await to.MarkAsync(Finished).ConfigureAwait(false);
        work?.Done();
        return report;
    }

    /// <returns>How many events were copied.</returns>
    private async Task<long> CopyAsync(CancellationToken cancel)
    {
        var end = (await from.LastAsync().ConfigureAwait(false)).Ordering;
        var last = await to.LastAsync().ConfigureAwait(false);
        long copied = 0;
        while (await from.EventsAsync(last.Ordering, page).ConfigureAwait(false) is { Count: > 0 } events)
        {
            cancel.ThrowIfCancellationRequested();
            await to.AddAsync(events, [], []).ConfigureAwait(false);
            last.Ordering = events[^1].Ordering;
            copied += events.Count;
            work?.Tell("copying events", last.Ordering, end);
        }
        var snapshotsCopied = 0L;
        while (await from.TagsAsync(last.Tag, page).ConfigureAwait(false) is { Count: > 0 } tags)
        {
            cancel.ThrowIfCancellationRequested();
            await to.AddAsync([], tags, []).ConfigureAwait(false);
            last.Tag = (tags[^1].Ordering, tags[^1].Tag);
        }
        while (await from.SnapshotsAsync(last.Snapshot, page).ConfigureAwait(false) is { Count: > 0 } snapshots)
        {
            cancel.ThrowIfCancellationRequested();
            await to.AddAsync([], [], snapshots).ConfigureAwait(false);
            last.Snapshot = (snapshots[^1].Id, snapshots[^1].Number);
            snapshotsCopied += snapshots.Count;
            work?.Tell(string.Create(CultureInfo.InvariantCulture, $"{snapshotsCopied:N0} snapshots copied"), 0, 0);
        }
        return copied;
    }

    /// <param name="total">How many events there are; 0: not known.</param>
    private async Task<CopyReport> CompareAsync(long total, CancellationToken cancel)
    {
        var (entities, events) = await SameAsync("events", Digest(from.ByEntityAsync(), Id, Bytes), Digest(to.ByEntityAsync(), Id, Bytes), total, cancel)
            .ConfigureAwait(false);
        var (_, snapshots) = await SameAsync(
                "snapshots",
                Digest(from.SnapshotsByEntityAsync(), Id, Bytes),
                Digest(to.SnapshotsByEntityAsync(), Id, Bytes),
                0,
                cancel
            )
            .ConfigureAwait(false);
        var tags = await from.TagCountAsync().ConfigureAwait(false);
        if (tags != await to.TagCountAsync().ConfigureAwait(false))
            throw new MigrationException("the tags are not the same on both sides");
        return new CopyReport(entities, events, snapshots, tags, false);

        static string Id(object row) => row is EventRow one ? one.Id : ((SnapshotRow)row).Id;
        static IEnumerable<byte[]> Bytes(object row) =>
            row is EventRow one
                ?
                [
                    Word(one.Ordering),
                    Word(one.Created),
                    Word(one.Deleted ? 1 : 0),
                    Word(one.Number),
                    one.Message,
                    Text(one.Manifest),
                    Word(one.Serializer ?? -1),
                    Text(one.Writer),
                ]
            : row is SnapshotRow other ? [Word(other.Number), Word(other.Created), other.State ?? [], Text(other.Manifest), Word(other.Serializer ?? -1)]
            : [];
    }

    private async Task<(long Entities, long Rows)> SameAsync(
        string what,
        IAsyncEnumerable<EntityDigest> one,
        IAsyncEnumerable<EntityDigest> other,
        long total,
        CancellationToken cancel
    )
    {
        await using var left = one.GetAsyncEnumerator(cancel);
        await using var right = other.GetAsyncEnumerator(cancel);
        long entities = 0;
        long rows = 0;
        while (true)
        {
            var (more, alsoMore) = (await left.MoveNextAsync().ConfigureAwait(false), await right.MoveNextAsync().ConfigureAwait(false));
            if (!more && !alsoMore)
                return (entities, rows);
            if (!more || !alsoMore || left.Current != right.Current)
                throw new MigrationException(
                    $"the {what} of {(more ? left.Current.Id : right.Current.Id)} are not the same on both sides; the source is untouched. Empty the target and begin anew"
                );
            entities++;
            rows += left.Current.Rows;
            work?.Tell($"comparing {what}", rows, total);
        }
    }

    /// <summary>Rows come in the order of entities, so that one entity at a time is in memory.</summary>
    private static async IAsyncEnumerable<EntityDigest> Digest<T>(IAsyncEnumerable<T> rows, Func<T, string> id, Func<T, IEnumerable<byte[]>> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string? current = null;
        long count = 0;
        await foreach (var row in rows.ConfigureAwait(false))
        {
            if (current is not null && current != id(row))
            {
                yield return new EntityDigest(current, count, Convert.ToHexStringLower(hash.GetHashAndReset()));
                count = 0;
            }
            current = id(row);
            count++;
            foreach (var part in bytes(row))
            {
                // The length first: otherwise bytes could move from one column to the next unseen.
                hash.AppendData(Word(part.Length));
                hash.AppendData(part);
            }
        }
        if (current is not null)
            yield return new EntityDigest(current, count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static byte[] Word(long value)
    {
        var word = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(word, value);
        return word;
    }

    private static byte[] Text(string? text) => text is null ? [0] : [1, .. Encoding.UTF8.GetBytes(text)];
}
