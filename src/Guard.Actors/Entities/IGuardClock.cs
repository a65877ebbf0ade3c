namespace Guard.Actors.Entities;

/// <summary>
/// The time by which rungs end without an observation. It follows the intake: while old lines are still being read it stands at what was
/// read, so that catching up decides as live operation would have.
/// </summary>
public interface IGuardClock
{
    DateTimeOffset Now { get; }
}
