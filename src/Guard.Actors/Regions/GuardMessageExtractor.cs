using Akka.Cluster.Sharding;
using Guard.Actors.Behaviour;
using Guard.Messages;
using Guard.Messages.Addresses;

namespace Guard.Actors.Regions;

/// <summary>Routes by user or site. The number of shards never changes in a cluster's life.</summary>
public sealed class UserMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithUserId)?.User.Value;
}

/// <summary>Routes by bucket of addresses; each is a shard of its own.</summary>
public sealed class AddressMessageExtractor() : HashCodeMessageExtractor(AddressKeys.Buckets)
{
    public override string? EntityId(object message) =>
        message is IWithAddressBucket bucket ? bucket.Bucket.ToString("000", System.Globalization.CultureInfo.InvariantCulture) : null;
}

/// <inheritdoc cref="UserMessageExtractor"/>
public sealed class SiteMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithSiteId)?.Site.Value;
}
