using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>Some observations on their way: first for their accounts, then for their addresses, then told. Used again when it went all the way.</summary>
internal sealed class ReplayBatch
{
    private readonly record struct Held(int Index, UserId User, SiteId Site, object Change);

    private readonly List<Held> _held = [];
    private int _told;

    public List<Observation> Observations { get; } = [];

    /// <summary>Of each observation that was decided for its account, whether that account is known.</summary>
    public List<bool> Known { get; } = [];

    /// <summary>Keeps what is to be told of an account or a site, together with the observation that is being decided.</summary>
    public void Hold(UserId user, SiteId site, object change) => _held.Add(new Held(Known.Count, user, site, change));

    /// <summary>Tells what the observations up to one led to.</summary>
    public void Tell(int index, IReplayWriter writer, ReplayCounts counts)
    {
        for (; _told < _held.Count && _held[_told].Index <= index; _told++)
        {
            var (_, user, site, change) = _held[_told];
            switch (change)
            {
                case ReactionChanged changed:
                    if (changed.To > changed.From)
                        counts.Reactions[(int)changed.To]++;
                    writer.Reaction(user, site, changed);
                    break;
                case AddressBlockOrdered block:
                    counts.Addresses++;
                    writer.Address(user, block);
                    break;
                case AlarmRaised alarm:
                    writer.Alarm(user, site, alarm);
                    break;
                case SiteReactionChanged changed:
                    writer.SiteReaction(changed);
                    break;
            }
        }
    }

    public void Clear()
    {
        Observations.Clear();
        Known.Clear();
        _held.Clear();
        _told = 0;
    }
}
