using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Guard.Actors.Entities;

namespace Guard.Actors.Persistence;

/// <summary>A journal on SQLite that commits the writes of many actors together, on the tables of Akka.Persistence.Sql.</summary>
public sealed class SqliteGroupJournal : AsyncWriteJournal
{
    private readonly SqliteGroupWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly StoreFaults _faults = StoreFaults.Of(Context.System);
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    public SqliteGroupJournal(Config config)
    {
        var file = config.GetString("file");
        var synchronous = config.GetString("synchronous", "full");
        _writer = SqliteGroupWriter.Of(file, synchronous);
        _readers = new SqliteReaders(file, synchronous, config.GetInt("read-connections", 2));
    }

    /// <summary>
    /// Takes writes before the base class does, which would send each through a circuit breaker, two tasks and one more actor on its way back. The writer
    /// bounds how long a write may take by itself.
    /// </summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not WriteMessages write)
            return base.AroundReceive(receive, message);
        _writer.Add(Prepare(write));
        return true;
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken) =>
        throw new NotSupportedException("writes are taken before they come here");

    private JournalWrite Prepare(WriteMessages request)
    {
        var rows = new List<JournalRow>(1);
        Dictionary<IPersistentRepresentation, Exception>? rejected = null;
        foreach (var atomic in request.Messages.OfType<AtomicWrite>())
        {
            var before = rows.Count;
            var events = (IImmutableList<IPersistentRepresentation>)atomic.Payload;
            try
            {
                foreach (var prepared in PreparePersistentBatch([atomic]))
                {
                    foreach (var one in (IImmutableList<IPersistentRepresentation>)prepared.Payload)
                        rows.Add(JournalRow.Of(one, _system));
                }
            }
            catch (Exception failure)
            {
                // All of an atomic write or nothing.
                rows.RemoveRange(before, rows.Count - before);
                rejected ??= new Dictionary<IPersistentRepresentation, Exception>(ReferenceEqualityComparer.Instance);
                foreach (var one in events)
                    rejected[one] = failure;
            }
        }
        return new JournalWrite(request, rows, rejected);
    }

    protected override void PostStop()
    {
        _readers.Dispose();
        base.PostStop();
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        var failure = await _writer.WriteAsync(commands => commands.DeleteEvents(persistenceId, toSequenceNr)).ConfigureAwait(false);
        if (failure is not null)
            throw failure;
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        try
        {
            return await _readers
                .ReadAsync(connection =>
                    connection.Command("SELECT MAX(sequence_number) FROM journal WHERE persistence_id = ?1", persistenceId).ExecuteScalar() is long highest
                        ? highest
                        : 0
                )
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (UnreadableState.ReasonOf(failure) is not null && UnreadableState.IsServedBy(persistenceId))
        {
            // So that it asks for its events, and is told.
            return fromSequenceNr + 1;
        }
    }

    public override async Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback
    )
    {
        if (max <= 0 || toSequenceNr < fromSequenceNr)
            return;
        List<IPersistentRepresentation> rows;
        try
        {
            rows = await _readers.ReadAsync(connection => Read(connection, persistenceId, fromSequenceNr, toSequenceNr, max)).ConfigureAwait(false);
        }
        catch (Exception failure) when (UnreadableState.ReasonOf(failure) is { } reason)
        {
            _faults.Tell(persistenceId, reason);
            if (!UnreadableState.IsServedBy(persistenceId))
                throw;
            recoveryCallback(new Persistent(new UnreadableState(persistenceId, reason), fromSequenceNr, persistenceId, "", false, ActorRefs.NoSender, ""));
            return;
        }
        _faults.Heal(persistenceId);
        foreach (var row in rows)
            recoveryCallback(row);
    }

    private List<IPersistentRepresentation> Read(SqliteReadConnection connection, string persistenceId, long from, long to, long max)
    {
        var command = connection.Command(
            "SELECT sequence_number, message, identifier, manifest, writer_uuid, created FROM journal WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND deleted = 0 ORDER BY sequence_number LIMIT ?4",
            persistenceId,
            from,
            to,
            max
        );
        var rows = new List<IPersistentRepresentation>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var manifest = reader.IsDBNull(3) ? "" : reader.GetString(3);
            var payload = UnreadableState.Read(
                _system,
                FormattableString.Invariant($"event {reader.GetInt64(0)}"),
                (byte[])reader[1],
                reader.GetInt32(2),
                manifest
            );
            rows.Add(
                new Persistent(
                    payload,
                    reader.GetInt64(0),
                    persistenceId,
                    manifest,
                    false,
                    ActorRefs.NoSender,
                    reader.IsDBNull(4) ? "" : reader.GetString(4),
                    reader.GetInt64(5)
                )
            );
        }
        return rows;
    }
}
