using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Policies;

namespace Guard.Actors.Reactions;

/// <summary>Where a user or site stands on the ladder. The rung and its end are data, judged against the time of the command.</summary>
/// <param name="Since">When this rung was reached, milliseconds since 1970.</param>
/// <param name="Until">When it ends by itself, milliseconds since 1970; 0 for normal.</param>
public sealed record ReactionState(Rung Rung, long Since, long Until, double Score, ImmutableArray<Reason> Reasons)
{
    /// <summary>How much the lock of a rung from <see cref="Rung.Suspended"/> up takes away.</summary>
    public LockGrade Grade { get; init; }

    public static ReactionState Normal { get; } = new(Rung.Normal, 0, 0, 0, []);

    public DateTimeOffset? UntilTime => Until == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Until);
}
