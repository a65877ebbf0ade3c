using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>Snapshots on the same file and through the same writer as <see cref="SqliteGroupJournal"/>.</summary>
public sealed class SqliteGroupSnapshotStore : SnapshotStore
{
    private readonly SqliteGroupWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly ActorSystem _system = Context.System;

    public SqliteGroupSnapshotStore(Config config)
    {
        var file = config.GetString("file");
        var synchronous = config.GetString("synchronous", "full");
        _writer = SqliteGroupWriter.Of(file, synchronous);
        _readers = new SqliteReaders(file, synchronous, config.GetInt("read-connections", 4));
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        _readers.ReadAsync(connection =>
        {
            var command = connection.Command(
                "SELECT sequence_number, created, snapshot, manifest, serializer_id FROM snapshot WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND created BETWEEN ?4 AND ?5 ORDER BY sequence_number DESC LIMIT 1",
                persistenceId, criteria.MinSequenceNr, criteria.MaxSequenceNr, criteria.MinTimestamp?.Ticks ?? 0, criteria.MaxTimeStamp.Ticks);
            using var reader = command.ExecuteReader();
            if (!reader.Read())
                return null!;
            var snapshot = _system.Serialization.Deserialize((byte[])reader[2], reader.GetInt32(4), reader.IsDBNull(3) ? "" : reader.GetString(3));
            return new SelectedSnapshot(new SnapshotMetadata(persistenceId, reader.GetInt64(0), new DateTime(reader.GetInt64(1), DateTimeKind.Utc)), snapshot);
        });

    protected override void PostStop()
    {
        _readers.Dispose();
        base.PostStop();
    }

    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var serializer = _system.Serialization.FindSerializerFor(snapshot);
        var manifest = AkkaSerialization.ManifestFor(serializer, snapshot);
        var bytes = serializer.ToBinary(snapshot);
        Throw(await _writer.WriteAsync(commands =>
            commands.AddSnapshot(metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, bytes, manifest, serializer.Identifier)).ConfigureAwait(false));
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        DeleteAsync(metadata.PersistenceId, metadata.SequenceNr, metadata.SequenceNr, 0, long.MaxValue);

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        DeleteAsync(persistenceId, criteria.MinSequenceNr, criteria.MaxSequenceNr, criteria.MinTimestamp?.Ticks ?? 0, criteria.MaxTimeStamp.Ticks);

    private async Task DeleteAsync(string persistenceId, long from, long to, long since, long until) =>
        Throw(await _writer.WriteAsync(commands => commands.DeleteSnapshots(persistenceId, from, to, since, until)).ConfigureAwait(false));

    private static void Throw(Exception? failure)
    {
        if (failure is not null)
            throw new IOException("the snapshot store could not be written: " + failure.Message, failure);
    }
}
