using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What deciding one observation yields: the events to journal and the answer in enforce mode.</summary>
public readonly record struct UserVerdict(ImmutableArray<UserEvent> Events, Verdict WouldBe, double Score, ImmutableArray<Reason> Reasons)
{
    /// <summary>When the quotas that are exceeded have room again, milliseconds since 1970; 0: not known, or none is.</summary>
    public long Retry { get; init; }
}
