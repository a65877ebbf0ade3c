using Guard.Messages.Observations;

namespace Guard.Host.Intake;

/// <summary>A part of a source was read: its observations in order, and the checkpoint that holds once all of them are journaled.</summary>
/// <param name="Checkpoint">Opaque to the actor; null when nothing has to be stored for this part.</param>
internal sealed record ChunkRead(List<Observation> Observations, Action? Checkpoint);

/// <summary>Everything before this point is journaled; asked for with <see cref="AwaitDrained"/>.</summary>
internal sealed record Drained
{
    public static readonly Drained Instance = new();
}

/// <summary>Answers <see cref="Drained"/> when nothing is in flight any more.</summary>
internal sealed record AwaitDrained
{
    public static readonly AwaitDrained Instance = new();
}
