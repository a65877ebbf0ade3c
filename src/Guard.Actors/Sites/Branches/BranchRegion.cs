using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Entities;
using Guard.Messages;
using Guard.Messages.Identity;
using Guard.Messages.Sites;

namespace Guard.Actors.Sites.Branches;

/// <summary>The branches of a cluster's sites, each an entity.</summary>
public static class BranchRegion
{
    public const string Kind = "site-branch";

    public static IActorRef Host(ShardedEntities sharding, SiteActorContext context) =>
        sharding.Host(Kind, new BranchMessageExtractor(sharding.Shards), id => PropsOf(id, context));

    public static IActorRef PassOn(ShardedEntities sharding) => sharding.PassOn(Kind, new BranchMessageExtractor(sharding.Shards));

    public static Props PropsOf(string entity, SiteActorContext context)
    {
        var hash = entity.LastIndexOf('#');
        return BranchActor.Props(
            new BranchId(new SiteId(entity[..hash]), int.Parse(entity.AsSpan(hash + 1), System.Globalization.CultureInfo.InvariantCulture)),
            context
        );
    }

    /// <summary>Which branch a message is for; null for one that is for none.</summary>
    public static string? EntityOf(object message) =>
        message switch
        {
            SiteCommands.RequestLease { Branch: > 0 } request => new BranchId(request.Site, request.Branch).ToString(),
            SiteCommands.ReturnLease { Branch: > 0 } returned => new BranchId(returned.Site, returned.Branch).ToString(),
            IWithUserId told when LotId.TryParse(told.User, out var lot) => lot.Branch.ToString(),
            _ => null,
        };
}

/// <summary>Routes by branch.</summary>
public sealed class BranchMessageExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => BranchRegion.EntityOf(message);
}
