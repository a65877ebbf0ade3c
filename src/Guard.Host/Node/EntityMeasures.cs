using System.Collections.Concurrent;
using Guard.Actors.Users;
using Guard.Host.Telemetry;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>Measures what the entities of this node did, and passes it on.</summary>
internal sealed class EntityMeasures(IEntityObserver next, TraceMemory traces) : IEntityObserver
{
    private readonly ConcurrentDictionary<SiteId, int> _held = new();

    private long _journaled;

    /// <summary>Writes of accounts and addresses that were journaled.</summary>
    public long WritesJournaled => Interlocked.Read(ref _journaled);

    /// <summary>Leases with a slice that sites of this node have out.</summary>
    public long LeasesHeld => _held.Values.Sum(held => (long)held);

    public void Awake(EntityKind kind) => next.Awake(kind);

    public void Asleep(EntityKind kind) => next.Asleep(kind);

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        Interlocked.Increment(ref _journaled);
        var observations = 0;
        var notable = false;
        foreach (var change in batch.Events)
        {
            switch (change)
            {
                case ObservationJudged { Judgement: var judgement }:
                    observations += judgement.HasFlag(Judgement.Repeated) ? 0 : 1;
                    break;
                case ReactionChanged changed:
                    GuardMeters.Reacted(changed.From, changed.To);
                    notable = true;
                    break;
                case AddressBlockOrdered:
                    GuardMeters.BlockOrdered();
                    notable = true;
                    break;
                case AlarmRaised:
                    GuardMeters.AlarmRaised();
                    break;
            }
        }
        GuardMeters.Journaled(took, observations);
        traces.Journaled(batch, took, notable);
        next.Journaled(site, batch, number, state, took);
    }

    public void Journaled(SiteEvent change)
    {
        switch (change)
        {
            case SliceGranted:
                GuardMeters.LeaseGranted();
                break;
            case SliceReturned:
                GuardMeters.LeaseReturned();
                break;
            case SiteReactionChanged reaction:
                GuardMeters.SiteReacted(reaction.To);
                break;
        }
        next.Journaled(change);
    }

    public void Journaled(AddressEventBatch batch)
    {
        Interlocked.Increment(ref _journaled);
        foreach (var change in batch.Events)
        {
            if (change is BlockOwed)
                GuardMeters.BlockOrdered();
        }
        next.Journaled(batch);
    }

    public void JournalFailed(EntityKind kind)
    {
        GuardMeters.JournalFailed(kind);
        next.JournalFailed(kind);
    }

    public void LeasesRecalled(SiteId site, int count)
    {
        GuardMeters.LeasesRecalled(count);
        next.LeasesRecalled(site, count);
    }

    public void LeasesOut(SiteId site, int held)
    {
        if (held == 0)
            _held.TryRemove(site, out _);
        else
            _held[site] = held;
        next.LeasesOut(site, held);
    }
}
