using Akka.Actor;
using Guard.Actors.Behaviour;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Messages.Sites;

namespace Guard.Actors.Users;

/// <summary>What every user entity of a node shares.</summary>
/// <param name="Sites">The region of sites.</param>
/// <param name="Reminders">The node's <see cref="AccountReminders"/>.</param>
public sealed record UserActorContext(
    IActorRef Sites,
    EffectRoutes Effects,
    IPolicySource Policies,
    IGuardClock Clock,
    EntityOptions Options,
    JournalTrouble Trouble,
    IEntityObserver Observer,
    IActorRef Reminders
)
{
    /// <summary>The region of the sites' branches.</summary>
    public IActorRef Branches { get; init; } = ActorRefs.Nobody;

    /// <summary>Null where nobody has to be woken, as in a test of one entity.</summary>
    public Wakers? Wakers { get; init; }

    /// <summary>Where all sites together stand.</summary>
    public HostStanding Host { get; } = new();

    internal SharedTerms Terms { get; } = new();

    /// <summary>An account asks its site, or its branch where the site has any. Whoever is asked under an older number answers all the same.</summary>
    internal void Ask(SiteCommands.RequestLease request)
    {
        var branches = Policies.Current.For(request.Site).Policy.Branches;
        if (branches > 0)
            Branches.Tell(request with { Branch = 1 + (int)(StableHash.Of(request.User.Value) % (uint)branches) });
        else
            Sites.Tell(request);
    }

    /// <summary>What comes back goes to whoever granted it.</summary>
    internal (IActorRef To, SiteCommands.ReturnLease Message) Return(SiteCommands.ReturnLease returned) =>
        BranchId.TryParse(returned.Site, returned.LeaseId, out var branch) ? (Branches, returned with { Branch = branch.Number }) : (Sites, returned);
}
