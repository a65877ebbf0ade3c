using Guard.Bench.Detection.World;
using Guard.Host.Replay;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Keeps what the replay engine finds.</summary>
public sealed class FindingsWriter : IReplayWriter
{
    public Dictionary<string, List<Finding>> ByUser { get; } = [];

    public List<BlockFinding> Blocks { get; } = [];

    public List<SiteFinding> Sites { get; } = [];

    public void Reaction(UserId user, SiteId site, ReactionChanged change)
    {
        if (!ByUser.TryGetValue(user.Value, out var findings))
            ByUser.Add(user.Value, findings = []);
        findings.Add(new Finding(user.Value, WorldClock.At(change.At), change.From, change.To, change.Score, change.Address, change.Reasons));
    }

    public void SiteReaction(SiteReactionChanged change) => Sites.Add(new SiteFinding(change.Site.Value, WorldClock.At(change.At), change.From, change.To));

    public void Address(UserId user, AddressBlockOrdered block) =>
        Blocks.Add(new BlockFinding(user.Value, WorldClock.At(block.At), block.Address, block.Reasons.Length == 0 ? "" : block.Reasons[0].Code));

    public void Address(BlockOwed block) =>
        Blocks.Add(new BlockFinding("", WorldClock.At(block.At), block.Address, block.Reasons.Length == 0 ? "" : block.Reasons[0].Code));

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm) { }

    public void Summary(ReplayCounts counts) { }
}
