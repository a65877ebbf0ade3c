using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Slows addresses down that are not blocked because good accounts are behind them: only so many new connections a minute. The same rules as for
/// <see cref="IFirewallBackend"/>.</summary>
public interface INetworkLimiter
{
    Task Limit(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default);

    Task<IReadOnlyCollection<StandingBlock>> Limits(CancellationToken cancellation = default);
}
