namespace Guard.Actors.Clustering;

/// <summary>How entities live.</summary>
/// <param name="SnapshotEvery">Journal rows between snapshots.</param>
/// <param name="KeepEvents">Journal rows kept behind the last snapshot, for "why was this account locked?".</param>
/// <param name="PassivateAfter">Idle time after which an entity leaves memory.</param>
public sealed record EntityOptions(int SnapshotEvery, int KeepEvents, TimeSpan PassivateAfter)
{
    public static EntityOptions Default { get; } = new(100, 500, TimeSpan.FromMinutes(2));

    /// <summary>Rows after which a passivating entity saves a snapshot, so that waking it reads little.</summary>
    public int WorthSnapshotOnLeave => Math.Max(1, SnapshotEvery / 4);
}
