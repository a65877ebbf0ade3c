using System.Diagnostics;
using Akka.Event;

namespace Guard.Actors.Entities;

/// <summary>
/// Says that the journal fails, at most once in a while: when a disk is full, every account's write fails, and that must not become a flood of its own.
/// </summary>
public sealed class JournalTrouble
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _telling = new();
    private long _told;
    private long _unsaid;

    /// <param name="entity">Whose write or recovery failed.</param>
    public void Tell(ILoggingAdapter log, object entity, Exception cause)
    {
        long unsaid;
        lock (_telling)
        {
            if (_told != 0 && Stopwatch.GetElapsedTime(_told) < Quiet)
            {
                _unsaid++;
                return;
            }
            (unsaid, _unsaid, _told) = (_unsaid, 0, Stopwatch.GetTimestamp());
        }
        log.Error(
            "The journal fails: {0} could not be journaled or read: {1} ({2} more since this was last said). What was not journaled was not acknowledged and is tried again",
            entity,
            cause.GetBaseException().Message,
            unsaid
        );
    }
}
