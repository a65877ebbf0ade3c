using System.Collections.Immutable;
using Guard.Messages.Observations;

namespace Guard.Messages.Intake;

/// <summary>A message for, or an event of, one program that tells observations.</summary>
public interface IWithEventSource : IGuardMessage
{
    /// <summary>The lasting name of the program, which is also the source in the origin of what it tells.</summary>
    string Source { get; }
}

/// <summary>An observation with what recognises it when it is told again.</summary>
/// <param name="Id">Hash of the id that its program gave it; 0: none, it counts as often as it is told.</param>
public readonly record struct ToldObservation(ulong Id, Observation Observation);

/// <summary>The key under which a program may tell a batch again, and what the batch holds.</summary>
/// <param name="Key">Hash of the key; 0: the batch has none.</param>
/// <param name="Content">Hash of key and content together: another one under the same key is a mistake.</param>
public readonly record struct BatchKey(ulong Key, ulong Content)
{
    public static BatchKey None { get; } = default;
}

/// <summary>Takes what a program tells; answered with <see cref="ObservationsHeld"/> when all of it is in the journals of the accounts.</summary>
public sealed record TakeObservations(string Source, BatchKey Key, ImmutableArray<ToldObservation> Observations) : IWithEventSource;

/// <summary>Answers <see cref="TakeObservations"/>.</summary>
/// <param name="Taken">New ones.</param>
/// <param name="Repeated">Such as were told before, or twice within the batch.</param>
/// <param name="KeyReused">Nothing was taken: the key was used for another batch.</param>
public sealed record ObservationsHeld(string Source, int Taken, int Repeated, bool KeyReused) : IWithEventSource;

/// <summary>A batch was taken; from here on it reaches its accounts whatever happens, and each of its ids is recognised.</summary>
/// <param name="Number">Counts up by one for each batch of the source.</param>
/// <param name="Observations">Each with its position at the source.</param>
/// <param name="DoneTo">Every batch up to this number is in the journals of its accounts.</param>
public sealed record ObservationsTaken(string Source, long Number, BatchKey Key, ImmutableArray<ToldObservation> Observations, long DoneTo) : IWithEventSource;

/// <summary>What a program told, as far as it has to be remembered.</summary>
/// <param name="Young">The latest ids; <paramref name="Old"/> are those before them.</param>
/// <param name="Open">Batches of which it is not known that their accounts have them.</param>
public sealed record EventSourceSnapshot(
    string Source,
    long LastNumber,
    ulong LastPosition,
    ImmutableArray<ulong> Young,
    ImmutableArray<ulong> Old,
    ImmutableArray<ObservationsTaken> Open
) : IWithEventSource;
