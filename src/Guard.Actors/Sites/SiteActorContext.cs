using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Actors.Users;

namespace Guard.Actors.Sites;

/// <summary>What every site entity of a node shares, branches among them.</summary>
/// <param name="Users">The region of users; a function because the two regions know each other.</param>
/// <param name="Reports">This node's outbox of reports.</param>
public sealed record SiteActorContext(
    Func<IActorRef> Users,
    IActorRef Reports,
    IPolicySource Policies,
    IGuardClock Clock,
    EntityOptions Options,
    JournalTrouble Trouble,
    IEntityObserver Observer
)
{
    /// <summary>The region of sites, for their branches and for the host.</summary>
    public Func<IActorRef> Sites { get; init; } = () => ActorRefs.Nobody;

    /// <summary>The region of branches.</summary>
    public Func<IActorRef> Branches { get; init; } = () => ActorRefs.Nobody;

    /// <summary>Null where nobody has to be woken, as in a test of one entity.</summary>
    public Wakers? Wakers { get; init; }
}
