using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Entities;
using Guard.Messages;
using Guard.Messages.Identity;

namespace Guard.Actors.Sites;

/// <summary>The sites of a cluster, each an entity.</summary>
public static class SiteRegion
{
    public const string Kind = "site";

    public static IActorRef Host(ShardedEntities sharding, SiteActorContext context) =>
        sharding.Host(Kind, new SiteMessageExtractor(sharding.Shards), id => SiteActor.Props(new SiteId(id), context));

    public static IActorRef PassOn(ShardedEntities sharding) => sharding.PassOn(Kind, new SiteMessageExtractor(sharding.Shards));
}

/// <summary>Routes by site.</summary>
public sealed class SiteMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithSiteId)?.Site.Value;
}
