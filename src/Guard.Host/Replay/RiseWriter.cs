using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>Keeps when each account rose to which rung.</summary>
internal sealed class RiseWriter : IReplayWriter
{
    /// <summary>Incidents of two runs that begin no further apart are the same one.</summary>
    private static readonly TimeSpan SameIncident = TimeSpan.FromDays(3);

    private readonly Dictionary<UserId, List<(DateTimeOffset At, Rung From, Rung To)>> _rises = [];

    public bool Knows(UserId user) => _rises.ContainsKey(user);

    public void Reaction(UserId user, SiteId site, ReactionChanged change)
    {
        if (change.To <= change.From)
            return;
        if (!_rises.TryGetValue(user, out var rises))
            _rises.Add(user, rises = []);
        rises.Add((change.At, change.From, change.To));
    }

    /// <summary>What the first run has more, or sooner, of rises across a rung.</summary>
    public static ListGain Compare(RiseWriter with, RiseWriter without, Rung rung)
    {
        var (more, fewer, accounts, earlier) = (0, 0, 0, new List<double>());
        foreach (var user in with._rises.Keys.Union(without._rises.Keys))
        {
            var (mine, others) = (with.Across(user, rung), without.Across(user, rung));
            var before = more;
            foreach (var at in mine)
            {
                var same = others.FindIndex(other => (other - at).Duration() <= SameIncident);
                if (same < 0)
                {
                    more++;
                    continue;
                }
                if (others[same] > at)
                    earlier.Add((others[same] - at).TotalMinutes);
                others.RemoveAt(same);
            }
            fewer += others.Count;
            accounts += more > before ? 1 : 0;
        }
        earlier.Sort();
        return new ListGain(more, accounts, fewer, earlier.Count, earlier.Count == 0 ? 0 : earlier[earlier.Count / 2]);
    }

    private List<DateTimeOffset> Across(UserId user, Rung rung) =>
        [.. (_rises.GetValueOrDefault(user) ?? []).Where(rise => rise.From < rung && rise.To >= rung).Select(rise => rise.At)];

    public void SiteReaction(SiteReactionChanged change) { }

    public void Address(UserId user, AddressBlockOrdered block) { }

    public void Address(BlockOwed block) { }

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm) { }

    public void Summary(ReplayCounts counts) { }
}
