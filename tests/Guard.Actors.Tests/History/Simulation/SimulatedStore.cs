using Akka.Persistence;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>A row as the journal wrote it.</summary>
/// <param name="Writer">Which incarnation of the entity wrote it.</param>
public sealed record StoredRow(long SequenceNr, string Writer, int Serializer, string Manifest, byte[] Payload);

/// <summary>What a database would hold: it outlives every actor. Everything is kept as bytes, also for the audit what was deleted.</summary>
/// <param name="keepsDeleted">False where there is no audit and much is written.</param>
public sealed class SimulatedStore(bool keepsDeleted = true)
{
    private readonly Dictionary<string, List<StoredRow>> _rows = [];
    private readonly Dictionary<string, long> _deletedTo = [];
    private readonly Dictionary<string, (SnapshotMetadata Metadata, int Serializer, string Manifest, byte[] Payload)> _snapshots = [];

    public IReadOnlyDictionary<string, List<StoredRow>> Rows => _rows;

    /// <summary>Of rows and snapshots, without what keeps them apart.</summary>
    public long Bytes => _rows.Values.Sum(rows => rows.Sum(row => (long)row.Payload.Length)) + _snapshots.Values.Sum(one => (long)one.Payload.Length);

    public long Highest(string id) => _rows.TryGetValue(id, out var rows) ? rows[^1].SequenceNr : 0;

    /// <summary>False, and nothing is stored, when a number is taken: the primary key of every journal table.</summary>
    public bool Append(string id, IEnumerable<IPersistentRepresentation> events, Akka.Serialization.Serialization serialization)
    {
        var rows = _rows.TryGetValue(id, out var known) ? known : _rows[id] = [];
        var added = new List<StoredRow>();
        foreach (var one in events)
        {
            var (number, manifest, bytes) = Write(one.Payload, serialization);
            if (one.SequenceNr <= (rows.Count == 0 ? 0 : rows[^1].SequenceNr))
            {
                if (rows.Count == 0)
                    _rows.Remove(id);
                return false;
            }
            added.Add(new StoredRow(one.SequenceNr, one.WriterGuid, number, manifest, bytes));
        }
        rows.AddRange(added);
        return true;
    }

    public IEnumerable<(StoredRow Row, object Payload)> Read(string id, long from, long to, Akka.Serialization.Serialization serialization) =>
        (_rows.GetValueOrDefault(id) ?? [])
            .Where(row => row.SequenceNr >= Math.Max(from, _deletedTo.GetValueOrDefault(id) + 1) && row.SequenceNr <= to)
            .Select(row => (row, serialization.Deserialize(row.Payload, row.Serializer, row.Manifest)));

    public void DeleteTo(string id, long to)
    {
        var deleted = _deletedTo[id] = Math.Max(_deletedTo.GetValueOrDefault(id), Math.Min(to, Highest(id)));
        // The last one stays: it has the highest number.
        if (!keepsDeleted && _rows.TryGetValue(id, out var rows))
            rows.RemoveRange(0, Math.Min(rows.TakeWhile(row => row.SequenceNr <= deleted).Count(), rows.Count - 1));
    }

    public void Save(SnapshotMetadata metadata, object snapshot, Akka.Serialization.Serialization serialization)
    {
        var (number, manifest, bytes) = Write(snapshot, serialization);
        // A slow write of an older incarnation does not replace a newer snapshot.
        if (!_snapshots.TryGetValue(metadata.PersistenceId, out var known) || known.Metadata.SequenceNr <= metadata.SequenceNr)
            _snapshots[metadata.PersistenceId] = (metadata, number, manifest, bytes);
    }

    public SelectedSnapshot? Load(string id, SnapshotSelectionCriteria criteria, long to, Akka.Serialization.Serialization serialization) =>
        _snapshots.TryGetValue(id, out var kept) && kept.Metadata.SequenceNr <= Math.Min(to, criteria.MaxSequenceNr)
            ? new SelectedSnapshot(kept.Metadata, serialization.Deserialize(kept.Payload, kept.Serializer, kept.Manifest))
            : null;

    /// <summary>As if it had never been: to see what else there is in memory.</summary>
    public void Clear()
    {
        _rows.Clear();
        _deletedTo.Clear();
        _snapshots.Clear();
        _rows.TrimExcess();
        _deletedTo.TrimExcess();
        _snapshots.TrimExcess();
    }

    private static (int Serializer, string Manifest, byte[] Payload) Write(object payload, Akka.Serialization.Serialization serialization)
    {
        var serializer = (Akka.Serialization.SerializerWithStringManifest)serialization.FindSerializerFor(payload);
        return (serializer.Identifier, serializer.Manifest(payload), serializer.ToBinary(payload));
    }
}
