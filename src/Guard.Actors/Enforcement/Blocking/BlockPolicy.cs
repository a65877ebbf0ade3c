using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;

namespace Guard.Actors.Enforcement.Blocking;

/// <summary>What keeps blocking within bounds.</summary>
public sealed record BlockPolicy
{
    public static readonly BlockPolicy Default = new();

    /// <summary>Never blocked, neither alone nor as part of a network. Loopback, link-local and multicast are exempt without being listed.</summary>
    public ImmutableArray<NetworkPrefix> Exempt { get; init; } = [];

    /// <summary>The breaker: no more than so many new blocks within any 60 seconds.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>The breaker's other half: no more than so many blocks at once.</summary>
    public int MaxStanding { get; init; } = 50_000;

    /// <summary>From this share of accounts that know an address well it is limited, not blocked: an office or a carrier's gateway.</summary>
    public double KnownGoodShare { get; init; } = 0.2;

    /// <summary>From so many accounts at home behind it, as long as they are that share, an address is left alone.</summary>
    public int GatewayFrom { get; init; } = Guard.Actors.Behaviour.AddressKeys.GatewayFrom;

    /// <summary>So many blocked addresses of a /24 become one block of the /24; 0 never joins them.</summary>
    public int JoinFrom { get; init; } = 8;

    /// <summary>The longest hold, however often an address comes back.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromDays(30);

    /// <summary>An offender is forgotten when so long has passed since its last block ended.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many past offenders are remembered; beyond that those whose block ended first go.</summary>
    public int MaxRemembered { get; init; } = 100_000;
}
