namespace Guard.Host.Migration;

/// <summary>A row of the journal as it is stored. Its ordering goes along, since tags refer to it.</summary>
internal sealed record EventRow(
    long Ordering,
    long Created,
    bool Deleted,
    string Id,
    long Number,
    byte[] Message,
    string? Manifest,
    int? Serializer,
    string? Writer
);

/// <summary>A tag of an event.</summary>
internal sealed record TagRow(long Ordering, string Tag, long Number, string Id);

/// <summary>A snapshot as it is stored.</summary>
internal sealed record SnapshotRow(string Id, long Number, long Created, byte[]? State, string? Manifest, int? Serializer);

/// <summary>What cannot be migrated, or must not be.</summary>
public sealed class MigrationException(string message) : Exception(message);
