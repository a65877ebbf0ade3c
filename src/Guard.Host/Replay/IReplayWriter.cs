using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>Shows what a replay found.</summary>
public interface IReplayWriter
{
    void Reaction(UserId user, SiteId site, ReactionChanged change);

    void SiteReaction(SiteReactionChanged change);

    void Address(UserId user, AddressBlockOrdered block);

    /// <summary>What the rules of addresses block, for no account's sake.</summary>
    void Address(BlockOwed block);

    void Alarm(UserId user, SiteId site, AlarmRaised alarm);

    void Summary(ReplayCounts counts);
}
