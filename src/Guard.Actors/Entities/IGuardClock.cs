namespace Guard.Actors.Entities;

/// <summary>
/// The time by which rungs end without an observation. It follows the intake: while old lines are still being read it stands at what was
/// read, so that catching up decides as live operation would have.
/// </summary>
public interface IGuardClock
{
    DateTimeOffset Now { get; }

    /// <summary>
    /// The time at which somebody acts, or looks. It is not held back: what they set for an hour would be over when the reading is, and at a source's first
    /// lines <see cref="Now"/> lies before all times.
    /// </summary>
    DateTimeOffset Present => Now;

    /// <summary>The present, which no account's time may be ahead of by much. Without a bound where time is told, not kept.</summary>
    DateTimeOffset Latest => DateTimeOffset.MaxValue;
}
