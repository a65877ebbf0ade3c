using Akka.Actor;
using Guard.Actors.Clustering;
using Guard.Actors.Enforcement;

namespace Guard.Actors.Users;

/// <summary>What every user entity of a node shares.</summary>
/// <param name="Sites">The region of sites.</param>
public sealed record UserActorContext(IActorRef Sites, EffectRoutes Effects, IPolicySource Policies, IGuardClock Clock, EntityOptions Options, JournalTrouble Trouble, IEntityObserver Observer);
