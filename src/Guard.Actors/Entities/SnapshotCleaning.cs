using Akka.Event;
using Akka.Persistence;

namespace Guard.Actors.Entities;

/// <summary>
/// The cleaning behind a persistent actor's snapshots: older ones go, and the rows that they made needless. At most one cleaning of a journal goes on
/// at a time: two that delete the same rows of a database lock each other out, and with every snapshot there would be one more. What is passed over is
/// done with the next snapshot.
/// </summary>
internal struct SnapshotCleaning
{
    /// <summary>The journal stays whole.</summary>
    public const long KeepAll = long.MaxValue;

    /// <summary>An answer that does not come for so many snapshots is lost.</summary>
    private const int MaxPassedOver = 16;

    private byte _passedOver;
    private bool _goesOn;

    /// <summary>Takes what snapshots and deletions answer; false when the message is none of these.</summary>
    /// <param name="keep">Journal rows kept behind the snapshot.</param>
    public bool Took(object message, Eventsourced entity, ILoggingAdapter log, long keep)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                if (!Begins())
                    return true;
                if (keep != KeepAll)
                    entity.DeleteMessages(Math.Max(0, saved.Metadata.SequenceNr - keep));
                else
                    Ended();
                entity.DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                return true;
            case SaveSnapshotFailure failure:
                log.Warning(failure.Cause, "Snapshot of {Entity} failed; the journal still has everything", entity.PersistenceId);
                return true;
            case DeleteMessagesSuccess:
                Ended();
                return true;
            case DeleteMessagesFailure failure:
                Ended();
                log.Warning(failure.Cause, "Cleaning the journal of {Entity} failed; it will be tried with the next snapshot", entity.PersistenceId);
                return true;
            case DeleteSnapshotsFailure failure:
                log.Warning(failure.Cause, "Deleting old snapshots of {Entity} failed", entity.PersistenceId);
                return true;
            case DeleteSnapshotsSuccess or DeleteSnapshotSuccess:
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether one may begin; it then goes on until it has ended.</summary>
    private bool Begins()
    {
        if (_goesOn && ++_passedOver < MaxPassedOver)
            return false;
        (_goesOn, _passedOver) = (true, 0);
        return true;
    }

    private void Ended() => (_goesOn, _passedOver) = (false, 0);
}
