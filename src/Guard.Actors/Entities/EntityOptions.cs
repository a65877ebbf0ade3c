using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Actors.Entities;

/// <summary>How entities live.</summary>
/// <param name="SnapshotEvery">Events between snapshots of a user, rows between those of a site. A recovery applies at most about as many.</param>
/// <param name="KeepEvents">Journal rows kept behind the last snapshot, for "why was this account locked?".</param>
/// <param name="PassivateAfter">Idle time after which an entity leaves memory.</param>
public sealed record EntityOptions(int SnapshotEvery, int KeepEvents, TimeSpan PassivateAfter)
{
    /// <summary>How often wakers look who is due.</summary>
    public TimeSpan WakeEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Accounts that are lasting before they did anything: those of virtual maps, and whom the policy names.</summary>
    public Func<UserId, bool> IsListed { get; init; } = _ => false;

    /// <summary>What keeps this machine's servers from refusing what a locked account does, as far as it is known. Called while an entity decides: it answers at
    /// once.</summary>
    public Func<Observation, ImmutableArray<Reason>> LockGaps { get; init; } = _ => [];

    public static EntityOptions Default { get; } = new(64, 500, TimeSpan.FromMinutes(2));

    /// <summary>Events after which a passivating entity saves a snapshot, so that waking it reads little.</summary>
    public int WorthSnapshotOnLeave => Math.Max(1, SnapshotEvery / 8);
}
