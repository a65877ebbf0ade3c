using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>
/// Brings this machine's firewall into a wanted state. Every call can be repeated; whoever calls makes one call at a time. Failures are
/// <see cref="EnforcementException"/>, a network that the backend cannot block is an <see cref="ArgumentException"/>.
/// </summary>
public interface IFirewallBackend
{
    /// <summary>Whether the firewall itself lifts a block when it ends. If not, the caller removes it then.</summary>
    bool EndsBlocksItself { get; }

    /// <summary>Blocks and unblocks. A block that stands gets the new end; what is in both lists is blocked.</summary>
    Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default);

    /// <summary>What stands. It can take a second with 100,000 blocks: not for the hot path.</summary>
    Task<IReadOnlyCollection<StandingBlock>> List(CancellationToken cancellation = default);

    /// <summary>Takes away what the backend made for itself, when nothing stands in it: the machine's rules are as they were before.</summary>
    Task Tidy(CancellationToken cancellation = default) => Task.CompletedTask;

    /// <summary>What was refused for good since the last time it was asked, in words; the rest was done.</summary>
    IReadOnlyCollection<string> TakeRefused() => [];

    /// <summary>Makes exactly the wanted blocks stand, whatever was there.</summary>
    Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default);
}
