using Akka.Cluster.Sharding;
using Guard.Messages;

namespace Guard.Actors.Regions;

/// <summary>Routes by user or site. The number of shards never changes in a cluster's life.</summary>
public sealed class UserMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithUserId)?.User.Value;
}

/// <inheritdoc cref="UserMessageExtractor"/>
public sealed class SiteMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IWithSiteId)?.Site.Value;
}
