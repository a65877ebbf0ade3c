using Akka.Actor;
using Guard.Messages.Identity;

namespace Guard.Actors.Sites;

/// <summary>The nodes that follow the host, as each asked last. Lives inside the host's <see cref="SiteActor"/>.</summary>
internal sealed class HostFollowers(TimeProvider clock)
{
    /// <summary>Who has not asked for so long is gone.</summary>
    private static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<UserId, (IActorRef Node, long At)> _nodes = [];

    public void Asked(UserId name, IActorRef node)
    {
        _nodes[name] = (node, clock.GetTimestamp());
        foreach (var gone in _nodes.Where(one => clock.GetElapsedTime(one.Value.At) > GoneAfter).Select(one => one.Key).ToArray())
            _nodes.Remove(gone);
    }

    public void Tell(Func<UserId, object> word)
    {
        foreach (var (name, follower) in _nodes)
            follower.Node.Tell(word(name));
    }
}
