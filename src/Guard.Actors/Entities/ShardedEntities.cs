using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Guard.Actors.Entities;

/// <summary>
/// How this node takes part in the cluster's sharding. What a kind of entity is called, how messages find it and how one is made stands beside that entity
/// (<c>UserRegion</c>, <c>SiteRegion</c>, <c>AddressRegion</c>, <c>WakerRegion</c>).
/// </summary>
public sealed class ShardedEntities
{
    private readonly ClusterSharding _sharding;
    private readonly ClusterShardingSettings _settings;
    private readonly EntityPlacement _placement;

    public ShardedEntities(ActorSystem system, EntityPlacement placement)
    {
        (_sharding, _placement) = (ClusterSharding.Get(system), placement);
        // Entities passivate themselves: only they know whether something is still owed.
        _settings = ClusterShardingSettings.Create(system).WithPassivateIdleAfter(TimeSpan.Zero);
        if (placement.Role.Length > 0)
            _settings = _settings.WithRole(placement.Role);
    }

    /// <summary>The number of shards never changes in a cluster's life.</summary>
    public int Shards => _placement.Shards;

    /// <summary>Entities of this kind may live here.</summary>
    public IActorRef Host(string kind, IMessageExtractor extractor, Func<string, Props> make) =>
        _sharding.Start(kind, make, _settings, extractor, _sharding.DefaultShardAllocationStrategy(_settings), StopEntity.Instance);

    /// <summary>They live elsewhere; messages are passed on to them.</summary>
    public IActorRef PassOn(string kind, IMessageExtractor extractor) => _sharding.StartProxy(kind, _placement.Role, extractor);
}
