using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Microsoft.Data.Sqlite;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>A journal on SQLite that commits the writes of many actors together, on the tables of Akka.Persistence.Sql.</summary>
public sealed class SqliteGroupJournal : AsyncWriteJournal
{
    private readonly SqliteGroupWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly AkkaSerialization _serialization = Context.System.Serialization;
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    public SqliteGroupJournal(Config config)
    {
        var file = config.GetString("file");
        var synchronous = config.GetString("synchronous", "full");
        _writer = SqliteGroupWriter.Of(file, synchronous);
        _readers = new SqliteReaders(file, synchronous, config.GetInt("read-connections", 2));
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.Select(Write).ToArray();
        var results = await Task.WhenAll(writes).ConfigureAwait(false);
        // Exactly one result for each atomic write; a database that fails is no rejection and must stop the actor.
        foreach (var failure in results)
        {
            if (failure is SqliteException or IOException)
                throw new IOException("the journal could not be written: " + failure.Message, failure);
        }
        return results.ToImmutableList()!;
    }

    private Task<Exception?> Write(AtomicWrite atomic)
    {
        List<StoredEvent> rows;
        try
        {
            rows = StoredEvent.Of(atomic, _system);
        }
        catch (Exception failure)
        {
            return Task.FromResult<Exception?>(failure);
        }
        return _writer.WriteAsync((_, commands) =>
        {
            foreach (var (row, bytes, manifest, serializer, tags) in rows)
            {
                SqliteCommands.Run(commands.Event, row.Timestamp, row.PersistenceId, row.SequenceNr, bytes, manifest, serializer, row.WriterGuid);
                foreach (var tag in tags)
                    SqliteCommands.Run(commands.Tag, tag, row.SequenceNr, row.PersistenceId);
            }
        });
    }

    protected override void PostStop()
    {
        _readers.Dispose();
        base.PostStop();
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        var failure = await _writer.WriteAsync((_, commands) =>
        {
            SqliteCommands.Run(commands.MarkDeleted, persistenceId, toSequenceNr);
            SqliteCommands.Run(commands.DropDeleted, persistenceId, toSequenceNr);
        }).ConfigureAwait(false);
        if (failure is not null)
            throw failure;
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(connection =>
            connection.Command("SELECT MAX(sequence_number) FROM journal WHERE persistence_id = ?1", persistenceId).ExecuteScalar() is long highest ? highest : 0).ConfigureAwait(false);

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (max <= 0 || toSequenceNr < fromSequenceNr)
            return;
        var rows = await _readers.ReadAsync(connection => Read(connection, persistenceId, fromSequenceNr, toSequenceNr, max)).ConfigureAwait(false);
        foreach (var row in rows)
            recoveryCallback(row);
    }

    private List<IPersistentRepresentation> Read(SqliteReadConnection connection, string persistenceId, long from, long to, long max)
    {
        var command = connection.Command(
            "SELECT sequence_number, message, identifier, manifest, writer_uuid, created FROM journal WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND deleted = 0 ORDER BY sequence_number LIMIT ?4",
            persistenceId, from, to, max);
        var rows = new List<IPersistentRepresentation>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var manifest = reader.IsDBNull(3) ? "" : reader.GetString(3);
            var payload = _serialization.Deserialize((byte[])reader[1], reader.GetInt32(2), manifest);
            rows.Add(new Persistent(payload, reader.GetInt64(0), persistenceId, manifest, false, ActorRefs.NoSender, reader.IsDBNull(4) ? "" : reader.GetString(4), reader.GetInt64(5)));
        }
        return rows;
    }
}
