using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Addresses;
using Guard.Actors.Entities;
using Guard.Actors.Entities.Waking;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Identity;

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
        var sharding = ClusterSharding.Get(system);
        var place = placement ?? EntityPlacement.Everywhere;
        if (!place.Hosts)
        {
            sharding.StartProxy("waker", place.Role, new WakerMessageExtractor());
            return new GuardRegions(
                sharding.StartProxy("user", place.Role, new UserMessageExtractor(place.Shards)),
                sharding.StartProxy("site", place.Role, new SiteMessageExtractor(place.Shards))
            )
            {
                Addresses = sharding.StartProxy("address", place.Role, new AddressMessageExtractor()),
            };
        }
        // Entities passivate themselves: only they know whether something is still owed.
        var settings = ClusterShardingSettings.Create(system).WithPassivateIdleAfter(TimeSpan.Zero);
        if (place.Role.Length > 0)
            settings = settings.WithRole(place.Role);
        var allocation = sharding.DefaultShardAllocationStrategy(settings);
        var trouble = new JournalTrouble();
        IActorRef? users = null;
        IActorRef? sites = null;
        var wakerContext = new WakerContext(() => users ?? ActorRefs.Nobody, () => sites ?? ActorRefs.Nobody, clock, trouble, options.WakeEvery);
        var wakers = new Wakers(
            sharding.Start("waker", id => WakerActor.Props(id, wakerContext), settings, new WakerMessageExtractor(), allocation, StopEntity.Instance)
        );
        var siteContext = new SiteActorContext(
            () => users ?? ActorRefs.Nobody,
            effects.Report,
            policies,
            clock,
            options,
            trouble,
            observer ?? NoObserver.Instance
        )
        {
            Wakers = wakers,
        };
        sites = sharding.Start(
            "site",
            id => SiteActor.Props(new SiteId(id), siteContext),
            settings,
            new SiteMessageExtractor(place.Shards),
            allocation,
            StopEntity.Instance
        );
        var reminders = system.ActorOf(AccountReminders.Props(options), "account-reminders");
        var userContext = new UserActorContext(sites, effects, policies, clock, options, trouble, observer ?? NoObserver.Instance, reminders)
        {
            Wakers = wakers,
        };
        users = sharding.Start(
            "user",
            id => UserActor.Props(new UserId(id), userContext),
            settings,
            new UserMessageExtractor(place.Shards),
            allocation,
            StopEntity.Instance
        );
        system.ActorOf(WakerRounds.Props(wakers.Region, options.WakeEvery), "waker-rounds");
        var addressContext = new AddressActorContext(
            effects.Firewall,
            policies,
            clock,
            options,
            trouble,
            observer ?? NoObserver.Instance,
            ownProxies.IsDefault ? [] : ownProxies
        );
        var background = BackgroundDispatcher.Of(system);
        var addresses = sharding.Start(
            "address",
            id => AddressActor.Props(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture), addressContext, background),
            settings,
            new AddressMessageExtractor(),
            allocation,
            StopEntity.Instance
        );
        return new GuardRegions(users, sites) { Addresses = addresses };
    }
}
