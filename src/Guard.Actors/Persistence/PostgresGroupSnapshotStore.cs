using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>Snapshots in the same database and over the same connections as <see cref="PostgresGroupJournal"/>.</summary>
public sealed class PostgresGroupSnapshotStore : SnapshotStore
{
    private readonly PostgresGroup _database;
    private readonly ActorSystem _system = Context.System;
    private readonly StoreFaults _faults = StoreFaults.Of(Context.System);

    public PostgresGroupSnapshotStore(Config config)
    {
        _database = PostgresGroup.Of(config.GetString("connection-string"));
    }

    protected override void PostStop()
    {
        _database.LetGo();
        base.PostStop();
    }

    protected override async Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        for (var highest = criteria.MaxSequenceNr; ;)
        {
            var read = new PostgresRead(
                PostgresQuestion.Snapshot,
                persistenceId,
                criteria.MinSequenceNr,
                highest,
                criteria.MinTimestamp?.Ticks ?? 0,
                criteria.MaxTimeStamp.Ticks,
                1
            );
            if (await _database.ReadAsync(read).ConfigureAwait(false) is not [var row])
                return null!;
            if (StoredSnapshots.Read(_system, _faults, persistenceId, row.Number, row.Bytes, row.Serializer, row.Manifest) is { } snapshot)
                return new SelectedSnapshot(new SnapshotMetadata(persistenceId, row.Number, new DateTime(row.Created, DateTimeKind.Utc)), snapshot);
            highest = row.Number - 1;
        }
    }

    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var serializer = _system.Serialization.FindSerializerFor(snapshot);
        var manifest = AkkaSerialization.ManifestFor(serializer, snapshot);
        var row = new PostgresSnapshot(
            metadata.PersistenceId,
            metadata.SequenceNr,
            metadata.Timestamp.Ticks,
            serializer.ToBinary(snapshot),
            manifest,
            serializer.Identifier
        );
        await WriteAsync(new PostgresWrite { Snapshot = row }).ConfigureAwait(false);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        WriteAsync(
            new PostgresWrite { DropSnapshots = new PostgresSnapshotRange(metadata.PersistenceId, metadata.SequenceNr, metadata.SequenceNr, 0, long.MaxValue) }
        );

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        WriteAsync(
            new PostgresWrite
            {
                DropSnapshots = new PostgresSnapshotRange(
                    persistenceId,
                    criteria.MinSequenceNr,
                    criteria.MaxSequenceNr,
                    criteria.MinTimestamp?.Ticks ?? 0,
                    criteria.MaxTimeStamp.Ticks
                ),
            }
        );

    private async Task WriteAsync(PostgresWrite write)
    {
        if (await _database.WriteAsync(write).ConfigureAwait(false) is { } failure)
            throw new IOException("the snapshot store could not be written: " + failure.Message, failure);
    }
}
