using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>What stands, who came back, and how fast blocks were ordered lately.</summary>
public sealed record BlockPlannerState
{
    public static readonly BlockPlannerState Empty = new();

    /// <summary>A network's last block and how often it was blocked.</summary>
    public readonly record struct Offender(DateTimeOffset Until, int Offences);

    public ImmutableDictionary<NetworkPrefix, DateTimeOffset> Standing { get; init; } = ImmutableDictionary<NetworkPrefix, DateTimeOffset>.Empty;

    public ImmutableDictionary<NetworkPrefix, Offender> Offenders { get; init; } = ImmutableDictionary<NetworkPrefix, Offender>.Empty;

    /// <summary>Which addresses of a /24 are blocked singly.</summary>
    public ImmutableDictionary<NetworkPrefix, ImmutableHashSet<NetworkPrefix>> Singles { get; init; } =
        ImmutableDictionary<NetworkPrefix, ImmutableHashSet<NetworkPrefix>>.Empty;

    /// <summary>A /24 with an address that was limited for its good accounts is not joined before this time.</summary>
    public ImmutableDictionary<NetworkPrefix, DateTimeOffset> Spared { get; init; } = ImmutableDictionary<NetworkPrefix, DateTimeOffset>.Empty;

    /// <summary>When the blocks of the last minute were ordered, oldest first.</summary>
    public ImmutableQueue<DateTimeOffset> LastMinute { get; init; } = [];

    public int OrderedLastMinute { get; init; }
}
