using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What deciding one observation yields: the events to journal and the answer in enforce mode.</summary>
public readonly record struct UserVerdict(ImmutableArray<UserEvent> Events, Verdict WouldBe, double Score, ImmutableArray<Reason> Reasons)
{
    /// <summary>When the quotas that are exceeded have room again, milliseconds since 1970; 0: not known, or none is.</summary>
    public long Retry { get; init; }

    /// <summary>It was asked about after a log had told of it.</summary>
    public bool CountedBefore { get; init; }

    /// <summary>Of the different things that the site's quotas count: what was not granted, and is all that refuses the observation; default: nothing.</summary>
    public ImmutableArray<SliceAmount> Lacking
    {
        get => field.IsDefault ? [] : field;
        init;
    }
}
