using System.Collections.Immutable;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Something that is decided and not carried out yet, or that could not be.</summary>
/// <param name="Kind"><c>effects</c>, <c>effect</c>, <c>reports</c>, <c>report</c>, <c>dead letter</c>.</param>
/// <param name="Since">When the oldest of it came up.</param>
public sealed record PendingRow(string Node, string Kind, string Name, int Pending, int Failures, DateTimeOffset? Since, string Detail);

/// <summary>A shape of lines that a known daemon wrote and that was not understood.</summary>
public sealed record UnknownRow(string Node, string Daemon, string Program, string Shape, long Count, string Example);

/// <param name="Pending">What waits, of every node; the sums first.</param>
/// <param name="Unknown">The most frequent first.</param>
public sealed record PendingWork(ImmutableArray<PendingRow> Pending, ImmutableArray<UnknownRow> Unknown);

/// <summary>What lies undone, and what was not understood. Needs <see cref="AccessScope.Everything"/>.</summary>
public interface IPendingWork
{
    Task<PendingWork> LookAsync(AccessScope scope, CancellationToken cancel);
}
