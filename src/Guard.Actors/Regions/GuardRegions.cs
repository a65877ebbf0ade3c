using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Guard.Actors.Addresses;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Sites;
using Guard.Actors.Sites.Branches;
using Guard.Actors.Users;

namespace Guard.Actors.Regions;

/// <summary>The regions of users and sites of one node; on a node that hosts no entities they only pass on.</summary>
public sealed record GuardRegions(IActorRef Users, IActorRef Sites)
{
    /// <summary>The buckets of addresses.</summary>
    public IActorRef Addresses { get; init; } = ActorRefs.Nobody;

    /// <summary>Starts the regions on this node.</summary>
    public static GuardRegions Start(
        ActorSystem system,
        EffectRoutes effects,
        IPolicySource policies,
        IGuardClock clock,
        EntityOptions options,
        IEntityObserver? observer = null,
        EntityPlacement? placement = null,
        ImmutableArray<NetworkPrefix> ownProxies = default
    )
    {
        var place = placement ?? EntityPlacement.Everywhere;
        var sharding = new ShardedEntities(system, place);
        if (!place.Hosts)
        {
            WakerRegion.PassOn(sharding);
            BranchRegion.PassOn(sharding);
            return new GuardRegions(UserRegion.PassOn(sharding), SiteRegion.PassOn(sharding)) { Addresses = AddressRegion.PassOn(sharding) };
        }
        var trouble = new JournalTrouble();
        var told = observer ?? NoObserver.Instance;
        // Users, sites and wakers know each other.
        IActorRef? users = null;
        IActorRef? sites = null;
        IActorRef? branches = null;
        var wakers = new Wakers(
            WakerRegion.Host(sharding, new WakerContext(() => users ?? ActorRefs.Nobody, () => sites ?? ActorRefs.Nobody, clock, trouble, options.WakeEvery))
        );
        var siteContext = new SiteActorContext(() => users ?? ActorRefs.Nobody, effects.Report, policies, clock, options, trouble, told)
        {
            Wakers = wakers,
            Sites = () => sites ?? ActorRefs.Nobody,
            Branches = () => branches ?? ActorRefs.Nobody,
        };
        sites = SiteRegion.Host(sharding, siteContext);
        branches = BranchRegion.Host(sharding, siteContext);
        var reminders = system.ActorOf(AccountReminders.Props(options), "account-reminders");
        var userContext = new UserActorContext(sites, effects, policies, clock, options, trouble, told, reminders) { Wakers = wakers, Branches = branches };
        users = UserRegion.Host(sharding, userContext);
        system.ActorOf(HostFollower.Props(sites, userContext.Host, clock, Cluster.Get(system).SelfUniqueAddress.ToString()), "host-follower");
        system.ActorOf(WakerRounds.Props(wakers.Region, options.WakeEvery), "waker-rounds");
        var addresses = AddressRegion.Host(
            sharding,
            new AddressActorContext(effects.Firewall, policies, clock, options, trouble, told, ownProxies.IsDefault ? [] : ownProxies),
            BackgroundDispatcher.Of(system)
        );
        return new GuardRegions(users, sites) { Addresses = addresses };
    }
}
