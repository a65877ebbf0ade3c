using System.Collections.Immutable;

namespace Guard.Messages.Inspection;

/// <summary>Asks a node to answer a command of the inspection vocabulary about itself. Its answers go on until <see cref="Inspected.Last"/>, or until
/// stopped.</summary>
/// <param name="Words">The command and its arguments.</param>
public sealed record Inspect(string Id, ImmutableArray<string> Words) : IGuardMessage;

/// <summary>The asker wants no more.</summary>
public sealed record StopInspecting(string Id) : IGuardMessage;

/// <summary>Rows of one node.</summary>
/// <param name="Error">Why there are none; else empty.</param>
public sealed record Inspected(string Id, ImmutableArray<ImmutableArray<Cell>> Rows, string Error, bool Last) : IGuardMessage;
