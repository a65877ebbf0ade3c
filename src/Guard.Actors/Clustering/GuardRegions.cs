using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Enforcement;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Identity;

namespace Guard.Actors.Clustering;

/// <summary>The regions of users and sites of one node.</summary>
public sealed record GuardRegions(IActorRef Users, IActorRef Sites)
{
    /// <summary>About ten per node for the largest cluster that is planned for; fixed for ever.</summary>
    public const int Shards = 1000;

    /// <summary>Starts both regions on this node.</summary>
    public static GuardRegions Start(ActorSystem system, EffectRoutes effects, IPolicySource policies, IGuardClock clock, EntityOptions options, IEntityObserver? observer = null)
    {
        var sharding = ClusterSharding.Get(system);
        // Entities passivate themselves: only they know whether something is still owed.
        var settings = ClusterShardingSettings.Create(system).WithPassivateIdleAfter(TimeSpan.Zero);
        IActorRef? users = null;
        var trouble = new JournalTrouble();
        var siteContext = new SiteActorContext(() => users ?? ActorRefs.Nobody, policies, clock, options, trouble, observer ?? NoObserver.Instance);
        var sites = sharding.Start(
            "site", id => SiteActor.Props(new SiteId(id), siteContext), settings, new SiteMessageExtractor(Shards),
            sharding.DefaultShardAllocationStrategy(settings), UserActor.LeaveNow.Instance);
        var userContext = new UserActorContext(sites, effects, policies, clock, options, trouble, observer ?? NoObserver.Instance);
        users = sharding.Start(
            "user", id => UserActor.Props(new UserId(id), userContext), settings, new UserMessageExtractor(Shards),
            sharding.DefaultShardAllocationStrategy(settings), UserActor.LeaveNow.Instance);
        return new GuardRegions(users, sites);
    }
}
