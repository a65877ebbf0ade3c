using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Entities;
using Guard.Messages;
using Guard.Messages.Identity;

namespace Guard.Actors.Users;

/// <summary>The accounts of a cluster, each an entity.</summary>
public static class UserRegion
{
    public const string Kind = "user";

    public static IActorRef Host(ShardedEntities sharding, UserActorContext context) =>
        sharding.Host(Kind, new UserMessageExtractor(sharding.Shards), id => UserActor.Props(new UserId(id), context));

    public static IActorRef PassOn(ShardedEntities sharding) => sharding.PassOn(Kind, new UserMessageExtractor(sharding.Shards));
}

/// <summary>Routes by user.</summary>
public sealed class UserMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithUserId)?.User.Value;
}
