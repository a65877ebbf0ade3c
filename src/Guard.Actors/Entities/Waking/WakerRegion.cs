using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Messages.Waking;

namespace Guard.Actors.Entities.Waking;

/// <summary>The wakers of a cluster, each an entity and a shard of its own.</summary>
public static class WakerRegion
{
    public const string Kind = "waker";

    public static IActorRef Host(ShardedEntities sharding, WakerContext context) =>
        sharding.Host(Kind, new WakerMessageExtractor(), id => WakerActor.Props(id, context));

    public static IActorRef PassOn(ShardedEntities sharding) => sharding.PassOn(Kind, new WakerMessageExtractor());
}

/// <summary>Routes by waker.</summary>
public sealed class WakerMessageExtractor() : HashCodeMessageExtractor(Wakers.Count)
{
    public override string? EntityId(object message) => (message as IWithWakerId)?.Waker;
}
