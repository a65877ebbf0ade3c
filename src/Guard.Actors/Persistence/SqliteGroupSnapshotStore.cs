using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Guard.Actors.Entities;
using Microsoft.Data.Sqlite;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>Snapshots on the same file and through the same writer as <see cref="SqliteGroupJournal"/>.</summary>
public sealed class SqliteGroupSnapshotStore : SnapshotStore
{
    private readonly SqliteGroupWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly ActorSystem _system = Context.System;
    private readonly StoreFaults _faults = StoreFaults.Of(Context.System);

    public SqliteGroupSnapshotStore(Config config)
    {
        var file = config.GetString("file");
        var synchronous = config.GetString("synchronous", "full");
        _writer = SqliteGroupWriter.Of(file, synchronous);
        _readers = new SqliteReaders(file, synchronous, config.GetInt("read-connections", 2));
    }

    protected override async Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        for (var highest = criteria.MaxSequenceNr; ;)
        {
            (SnapshotMetadata? Metadata, object? Snapshot) stored;
            try
            {
                stored = await _readers.ReadAsync(connection => Read(connection, persistenceId, criteria, highest)).ConfigureAwait(false);
            }
            catch (SqliteException failure) when (UnreadableState.ReasonOf(failure) is { } reason)
            {
                _faults.Tell(StoreFaults.Snapshot(persistenceId), $"{reason}; it is rebuilt from its events, as far back as they are kept");
                return null!;
            }
            if (stored.Metadata is null)
                return null!;
            if (stored.Snapshot is not null)
                return new SelectedSnapshot(stored.Metadata, stored.Snapshot);
            highest = stored.Metadata.SequenceNr - 1;
        }
    }

    private (SnapshotMetadata? Metadata, object? Snapshot) Read(
        SqliteReadConnection connection,
        string persistenceId,
        SnapshotSelectionCriteria criteria,
        long highest
    )
    {
        var command = connection.Command(
            "SELECT sequence_number, created, snapshot, manifest, serializer_id FROM snapshot WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND created BETWEEN ?4 AND ?5 ORDER BY sequence_number DESC LIMIT 1",
            persistenceId,
            criteria.MinSequenceNr,
            highest,
            criteria.MinTimestamp?.Ticks ?? 0,
            criteria.MaxTimeStamp.Ticks
        );
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return default;
        var snapshot = StoredSnapshots.Read(
            _system,
            _faults,
            persistenceId,
            reader.GetInt64(0),
            reader.IsDBNull(2) ? [] : (byte[])reader[2],
            reader.GetInt32(4),
            reader.IsDBNull(3) ? "" : reader.GetString(3)
        );
        return (new SnapshotMetadata(persistenceId, reader.GetInt64(0), new DateTime(reader.GetInt64(1), DateTimeKind.Utc)), snapshot);
    }

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
        Throw(
            await _writer
                .WriteAsync(
                    commands =>
                        commands.AddSnapshot(metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, bytes, manifest, serializer.Identifier),
                    bytes.Length
                )
                .ConfigureAwait(false)
        );
        _faults.Heal(StoreFaults.Snapshot(metadata.PersistenceId));
    }

    /// <summary>Asked for behind a snapshot that could not be stored; ours is stored as a whole or not at all, so that it does not matter when this fails, too.</summary>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        _writer.WriteAsync(commands => commands.DeleteSnapshots(metadata.PersistenceId, metadata.SequenceNr, metadata.SequenceNr, 0, long.MaxValue));

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
