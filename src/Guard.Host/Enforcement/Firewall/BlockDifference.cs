using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>What has to change so that what stands becomes what is wanted.</summary>
public sealed record BlockDifference(IReadOnlyCollection<WantedBlock> Add, IReadOnlyCollection<NetworkPrefix> Remove)
{
    // Firewalls count in whole seconds, and listing takes a while.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    // A hold beyond what the firewall can count is renewed once a day, not at every look.
    private static readonly TimeSpan CappedTolerance = TimeSpan.FromDays(1);

    public bool IsEmpty => Add.Count == 0 && Remove.Count == 0;

    public static BlockDifference Between(
        IReadOnlyCollection<WantedBlock> wanted,
        IReadOnlyCollection<StandingBlock> standing,
        DateTimeOffset now,
        TimeSpan longest
    )
    {
        var latest = BlockList.Latest(wanted);
        var add = latest.Values.Where(block => block.Until > now).ToDictionary(block => block.Network);
        var remove = new List<NetworkPrefix>();
        foreach (var block in standing)
        {
            if (!add.TryGetValue(block.Network, out var want))
                remove.Add(block.Network);
            else if (block.Until is { } until && SameEnd(until, want.Until, now, longest))
                add.Remove(block.Network);
        }
        return new BlockDifference(add.Values, remove);
    }

    private static bool SameEnd(DateTimeOffset stands, DateTimeOffset wanted, DateTimeOffset now, TimeSpan longest) =>
        wanted - now > longest ? now + longest - stands < CappedTolerance : (stands - wanted).Duration() <= Tolerance;
}
