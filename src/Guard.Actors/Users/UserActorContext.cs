using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;

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
    /// <summary>Null where nobody has to be woken, as in a test of one entity.</summary>
    public Wakers? Wakers { get; init; }

    /// <summary>Where all sites together stand.</summary>
    public HostStanding Host { get; } = new();

    internal SharedTerms Terms { get; } = new();
}
