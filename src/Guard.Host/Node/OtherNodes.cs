using Akka.Actor;
using Akka.Cluster;

namespace Guard.Host.Node;

/// <summary>The nodes that are asked besides this one.</summary>
internal static class OtherNodes
{
    public static Address[] Of(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        return
        [
            .. cluster
                .State.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && !member.Address.Equals(cluster.SelfAddress))
                .Select(member => member.Address),
        ];
    }
}
