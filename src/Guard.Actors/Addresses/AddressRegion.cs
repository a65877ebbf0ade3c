using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Behaviour;
using Guard.Actors.Entities;
using Guard.Messages.Addresses;

namespace Guard.Actors.Addresses;

/// <summary>The addresses that were seen, in a fixed number of buckets, each an entity and a shard of its own.</summary>
public static class AddressRegion
{
    public const string Kind = "address";

    /// <param name="dispatcher">Where they work.</param>
    public static IActorRef Host(ShardedEntities sharding, AddressActorContext context, string dispatcher) =>
        sharding.Host(Kind, new AddressMessageExtractor(), id => AddressActor.Props(int.Parse(id, CultureInfo.InvariantCulture), context, dispatcher));

    public static IActorRef PassOn(ShardedEntities sharding) => sharding.PassOn(Kind, new AddressMessageExtractor());
}

/// <summary>Routes by bucket of addresses.</summary>
public sealed class AddressMessageExtractor() : HashCodeMessageExtractor(AddressKeys.Buckets)
{
    public override string? EntityId(object message) =>
        message is IWithAddressBucket bucket ? bucket.Bucket.ToString("000", CultureInfo.InvariantCulture) : null;
}
