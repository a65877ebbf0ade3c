using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// The end of an account's past in the journal: its rows and older snapshots go, behind a snapshot of what is left. Whoever asked is answered when that is done.
/// Lives inside one <see cref="UserActor"/>.
/// </summary>
internal sealed class UserForgetting(UserId user, long number, List<IActorRef> askers)
{
    private int _deletions = 2;
    private string _trouble = "";

    public List<IActorRef> Askers => askers;

    public bool IsOver { get; private set; }

    /// <summary>Takes what its snapshot and deletions answer; false when the message is none of these.</summary>
    public bool Took(object message, Eventsourced entity, ILoggingAdapter log)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved when saved.Metadata.SequenceNr >= number:
                entity.DeleteMessages(saved.Metadata.SequenceNr);
                entity.DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                return true;
            case SaveSnapshotFailure failure when failure.Metadata.SequenceNr >= number:
                return End(failure.Cause, log);
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                return --_deletions > 0 || End(null, log);
            case DeleteMessagesFailure failure:
                return Failed(failure.Cause, log);
            case DeleteSnapshotsFailure failure:
                return Failed(failure.Cause, log);
            default:
                return false;
        }
    }

    private bool Failed(Exception cause, ILoggingAdapter log)
    {
        _trouble = cause.Message;
        return --_deletions > 0 || End(cause, log);
    }

    private bool End(Exception? cause, ILoggingAdapter log)
    {
        IsOver = true;
        _trouble = cause?.Message ?? _trouble;
        if (_trouble.Length > 0)
            log.Warning("{User} is forgotten, but the journal could not be cleaned and is when it wakes next: {Reason}", user, _trouble);
        foreach (var asker in askers)
            asker.Tell(
                new Done(user, _trouble.Length == 0 ? "forgotten" : $"forgotten; its old rows could not be deleted yet and are when it wakes next: {_trouble}")
            );
        return true;
    }
}
