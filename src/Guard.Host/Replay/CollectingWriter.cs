using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>Keeps, for each account, how far it rose and when and why it first stood there.</summary>
public sealed class CollectingWriter : IReplayWriter
{
    private readonly Dictionary<UserId, ReactionChanged> _highest = [];

    public Rung HighestOf(UserId user) => _highest.TryGetValue(user, out var change) ? change.To : Rung.Normal;

    public ReactionChanged? Find(UserId user) => _highest.GetValueOrDefault(user);

    public void Reaction(UserId user, SiteId site, ReactionChanged change)
    {
        if (change.To > change.From && change.To > HighestOf(user))
            _highest[user] = change;
    }

    public void SiteReaction(SiteReactionChanged change) { }

    public void Address(UserId user, AddressBlockOrdered block) { }

    public void Address(BlockOwed block) { }

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm) { }

    public void Summary(ReplayCounts counts) { }
}
