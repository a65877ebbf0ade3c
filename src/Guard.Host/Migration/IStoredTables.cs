namespace Guard.Host.Migration;

/// <summary>A guard's tables in a database, for offline copying. All orders are by bytes, so that both databases go through their entities alike.</summary>
internal interface IStoredTables : IAsyncDisposable
{
    /// <summary>Keeps everybody else out for as long as this is open.</summary>
    /// <exception cref="MigrationException">A guard has it open, or it is not a guard's database.</exception>
    Task TakeAsync();

    /// <summary>Makes the tables where there are none.</summary>
    Task CreateAsync();

    /// <summary>Where rows come from that were begun to be copied here; null when nothing was, empty when all is copied.</summary>
    Task<string?> MarkAsync();

    Task MarkAsync(string source);

    Task<bool> HasRowsAsync();

    /// <summary>The last rows that are here, in the order in which they are copied.</summary>
    Task<(long Ordering, (long Ordering, string Tag) Tag, (string Id, long Number) Snapshot)> LastAsync();

    Task<List<EventRow>> EventsAsync(long after, int most);

    Task<List<TagRow>> TagsAsync((long Ordering, string Tag) after, int most);

    Task<List<SnapshotRow>> SnapshotsAsync((string Id, long Number) after, int most);

    /// <summary>All of them or none.</summary>
    Task AddAsync(IReadOnlyList<EventRow> events, IReadOnlyList<TagRow> tags, IReadOnlyList<SnapshotRow> snapshots);

    /// <summary>Rows that are added later are numbered on from what was copied.</summary>
    Task NumberOnAsync();

    /// <summary>Every event in the order of entities and their numbers.</summary>
    IAsyncEnumerable<EventRow> ByEntityAsync();

    /// <summary>Every snapshot in the order of entities and their numbers.</summary>
    IAsyncEnumerable<SnapshotRow> SnapshotsByEntityAsync();

    Task<long> TagCountAsync();
}
