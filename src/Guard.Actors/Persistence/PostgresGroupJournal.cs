using System.Collections.Immutable;
using System.Data.Common;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Guard.Actors.Entities;

namespace Guard.Actors.Persistence;

/// <summary>
/// A journal on PostgreSQL that writes what many actors wait for in one statement and answers many recoveries by one query, on the tables of
/// Akka.Persistence.Sql. A second writer of an entity is found out by the unique key on its id and sequence number.
/// </summary>
public sealed class PostgresGroupJournal : AsyncWriteJournal
{
    private readonly PostgresGroup _database;
    private readonly StoreFaults _faults = StoreFaults.Of(Context.System);
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    public PostgresGroupJournal(Config config)
    {
        _database = PostgresGroup.Of(config.GetString("connection-string"));
    }

    protected override void PostStop()
    {
        _database.LetGo();
        base.PostStop();
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(messages.Select(Write).ToArray()).ConfigureAwait(false);
        // Exactly one result for each atomic write; a database that fails is no rejection and must stop the actor.
        foreach (var failure in results)
        {
            if (failure is DbException or IOException or TimeoutException)
                throw new IOException("the journal could not be written: " + failure.Message, failure);
        }
        return results.ToImmutableList()!;
    }

    private Task<Exception?> Write(AtomicWrite atomic)
    {
        try
        {
            return _database.WriteAsync(
                new PostgresWrite { Events = [.. ((IImmutableList<IPersistentRepresentation>)atomic.Payload).Select(one => JournalRow.Of(one, _system))] }
            );
        }
        catch (Exception failure)
        {
            return Task.FromResult<Exception?>(failure);
        }
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        var failure = await _database.WriteAsync(new PostgresWrite { Delete = (persistenceId, toSequenceNr) }).ConfigureAwait(false);
        if (failure is not null)
            throw failure;
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        await _database.ReadAsync(PostgresRead.HighestOf(persistenceId)).ConfigureAwait(false) is [var highest] ? highest.Number : 0;

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
        foreach (var row in await _database.ReadAsync(PostgresRead.EventsOf(persistenceId, fromSequenceNr, toSequenceNr, max)).ConfigureAwait(false))
        {
            object payload;
            try
            {
                payload = UnreadableState.Read(_system, FormattableString.Invariant($"event {row.Number}"), row.Bytes, row.Serializer, row.Manifest);
            }
            catch (StoredFormException unreadable)
            {
                _faults.Tell(persistenceId, unreadable.Message);
                if (!UnreadableState.IsServedBy(persistenceId))
                    throw;
                recoveryCallback(
                    new Persistent(new UnreadableState(persistenceId, unreadable.Message), row.Number, persistenceId, "", false, ActorRefs.NoSender, "")
                );
                return;
            }
            recoveryCallback(new Persistent(payload, row.Number, persistenceId, row.Manifest, false, ActorRefs.NoSender, row.Writer, row.Created));
        }
        _faults.Heal(persistenceId);
    }
}
