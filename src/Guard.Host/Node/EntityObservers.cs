using System.Collections.Immutable;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>Several who hear what entities did.</summary>
public sealed class EntityObservers(params ImmutableArray<IEntityObserver> observers) : IEntityObserver
{
    public void Awake(EntityKind kind)
    {
        foreach (var observer in observers)
            observer.Awake(kind);
    }

    public void Asleep(EntityKind kind)
    {
        foreach (var observer in observers)
            observer.Asleep(kind);
    }

    public void Journaled(SiteId site, UserEventBatch batch, long number, UserState state, TimeSpan took)
    {
        foreach (var observer in observers)
            observer.Journaled(site, batch, number, state, took);
    }

    public void Journaled(SiteEvent change)
    {
        foreach (var observer in observers)
            observer.Journaled(change);
    }

    public void Journaled(AddressEventBatch batch)
    {
        foreach (var observer in observers)
            observer.Journaled(batch);
    }

    public void JournalFailed(EntityKind kind)
    {
        foreach (var observer in observers)
            observer.JournalFailed(kind);
    }
}
