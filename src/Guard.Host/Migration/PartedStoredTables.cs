using Guard.Actors.Entities;
using Guard.Host.Platform;

namespace Guard.Host.Migration;

/// <summary>
/// Tables in several databases, each entity's in that of its part: only to be copied into. Pages are whole in each database, not over all of them, so that a
/// copy that was interrupted cannot be gone on with.
/// </summary>
internal sealed class PartedStoredTables(IReadOnlyList<IStoredTables> parts) : IStoredTables
{
    public Task TakeAsync() => EachAsync(part => part.TakeAsync());

    public Task CreateAsync() => EachAsync(part => part.CreateAsync());

    public async Task<string?> MarkAsync()
    {
        var marks = new List<string?>();
        foreach (var part in parts)
            marks.Add(await part.MarkAsync().ConfigureAwait(false));
        // One that is not marked yet has no rows either: the marks come first.
        return marks.FirstOrDefault(mark => !string.IsNullOrEmpty(mark)) ?? marks[0];
    }

    public Task MarkAsync(string source) => EachAsync(part => part.MarkAsync(source));

    public async Task<bool> HasRowsAsync()
    {
        foreach (var part in parts)
        {
            if (await part.HasRowsAsync().ConfigureAwait(false))
                return true;
        }
        return false;
    }

    /// <exception cref="MigrationException">Something was copied before.</exception>
    public async Task<(long Ordering, (long Ordering, string Tag) Tag, (string Id, long Number) Snapshot)> LastAsync() =>
        await HasRowsAsync().ConfigureAwait(false)
            ? throw new MigrationException("a copy into several databases was interrupted: empty them and begin anew")
            : (0, (0, ""), ("", -1));

    public Task<List<EventRow>> EventsAsync(long after, int most) => throw new NotSupportedException();

    public Task<List<TagRow>> TagsAsync((long Ordering, string Tag) after, int most) => throw new NotSupportedException();

    public Task<List<SnapshotRow>> SnapshotsAsync((string Id, long Number) after, int most) => throw new NotSupportedException();

    public async Task AddAsync(IReadOnlyList<EventRow> events, IReadOnlyList<TagRow> tags, IReadOnlyList<SnapshotRow> snapshots)
    {
        for (var part = 0; part < parts.Count; part++)
        {
            EventRow[] itsEvents = [.. events.Where(row => PartOf(row.Id) == part)];
            TagRow[] itsTags = [.. tags.Where(row => PartOf(row.Id) == part)];
            SnapshotRow[] itsSnapshots = [.. snapshots.Where(row => PartOf(row.Id) == part)];
            if (itsEvents.Length + itsTags.Length + itsSnapshots.Length > 0)
                await parts[part].AddAsync(itsEvents, itsTags, itsSnapshots).ConfigureAwait(false);
        }
    }

    public Task NumberOnAsync() => EachAsync(part => part.NumberOnAsync());

    public IAsyncEnumerable<EventRow> ByEntityAsync() => MergedAsync([.. parts.Select(part => part.ByEntityAsync())], row => row.Id);

    public IAsyncEnumerable<SnapshotRow> SnapshotsByEntityAsync() => MergedAsync([.. parts.Select(part => part.SnapshotsByEntityAsync())], row => row.Id);

    public async Task<long> TagCountAsync()
    {
        var count = 0L;
        foreach (var part in parts)
            count += await part.TagCountAsync().ConfigureAwait(false);
        return count;
    }

    private int PartOf(string id) => JournalParts.IsParted(id) ? JournalParts.PartOf(id, parts.Count) : 0;

    private async Task EachAsync(Func<IStoredTables, Task> run)
    {
        foreach (var part in parts)
            await run(part).ConfigureAwait(false);
    }

    /// <summary>An entity is in one part only, so that the order of entities is enough.</summary>
    private static async IAsyncEnumerable<T> MergedAsync<T>(IReadOnlyList<IAsyncEnumerable<T>> parts, Func<T, string> id)
    {
        var open = new List<IAsyncEnumerator<T>>();
        try
        {
            foreach (var part in parts)
            {
                var rows = part.GetAsyncEnumerator();
                open.Add(rows);
                if (!await rows.MoveNextAsync().ConfigureAwait(false))
                {
                    open.Remove(rows);
                    await rows.DisposeAsync().ConfigureAwait(false);
                }
            }
            while (open.Count > 0)
            {
                var first = open.MinBy(rows => id(rows.Current), ByteOrder.Instance)!;
                yield return first.Current;
                if (await first.MoveNextAsync().ConfigureAwait(false))
                    continue;
                open.Remove(first);
                await first.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var rows in open)
                await rows.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
            await part.DisposeAsync().ConfigureAwait(false);
    }
}
