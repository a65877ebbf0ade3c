using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace Guard.Actors.Persistence;

/// <summary>
/// What a persistent actor asked to be written at once. Its answers go to it straight from the writer's thread, in the order in which the journal
/// took the requests: each thread between would cost more than the row.
/// </summary>
/// <param name="rejected">What cannot be serialized, by the number of the event.</param>
internal sealed class JournalWrite(WriteMessages request, IReadOnlyList<JournalRow> rows, IReadOnlyDictionary<IPersistentRepresentation, Exception>? rejected)
    : SqliteWrite
{
    /// <summary>Addresses write what strangers do.</summary>
    public override bool CanWait { get; } = rows.Count > 0 && rows[0].PersistenceId.StartsWith(Addresses.AddressActor.IdPrefix, StringComparison.Ordinal);

    public override int Bytes { get; } = rows.Sum(row => row.Bytes.Length);

    public override void Run(SqliteCommands commands)
    {
        foreach (var row in rows)
        {
            commands.AddEvent(row.Created, row.PersistenceId, row.Number, row.Bytes, row.Manifest, row.Serializer, row.Writer);
            foreach (var tag in row.Tags)
                commands.AddTag(tag, row.Number, row.PersistenceId);
        }
    }

    public override void Done(Exception? failure)
    {
        var to = request.PersistentActor;
        var cause = failure is null or IOException ? failure : new IOException("the journal could not be written: " + failure.Message, failure);
        to.Tell(
            cause is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(cause, request.Messages.OfType<AtomicWrite>().Count()),
            ActorRefs.NoSender
        );
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                to.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
                continue;
            }
            foreach (var one in (IImmutableList<IPersistentRepresentation>)write.Payload)
                to.Tell(Outcome(one, cause), one.Sender);
        }
    }

    private object Outcome(IPersistentRepresentation one, Exception? failure) =>
        failure is not null ? new WriteMessageFailure(one, failure, request.ActorInstanceId)
        : rejected?.GetValueOrDefault(one) is { } reason ? new WriteMessageRejected(one, reason, request.ActorInstanceId)
        : new WriteMessageSuccess(one, request.ActorInstanceId);
}
