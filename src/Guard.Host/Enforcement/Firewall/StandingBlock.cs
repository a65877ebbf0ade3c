using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>A block that the firewall holds. <paramref name="Until"/> is null when it has no end, which AccountGuard never orders.</summary>
public sealed record StandingBlock(NetworkPrefix Network, DateTimeOffset? Until);
