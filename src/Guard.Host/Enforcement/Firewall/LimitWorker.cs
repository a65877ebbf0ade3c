using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Keeps the limits of addresses as the ledger of blocks wants them.</summary>
public sealed class LimitWorker(string name, INetworkLimiter backend, TimeSpan firstRetry) : EnforcementWorker<NetworkPrefix, WantedBlock>(name, firstRetry)
{
    public static Props Props(string name, INetworkLimiter backend, TimeSpan firstRetry) => Akka.Actor.Props.Create(() => new LimitWorker(name, backend, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLimits all:
                All(all.Limits.Select(limit => KeyValuePair.Create(limit.Network, limit)));
                return true;
            case WantedState.Limits change:
                foreach (var network in change.Remove.Where(IsWanted))
                    End(network);
                foreach (var limit in change.Add)
                    Want(limit.Network, limit);
                return true;
            default:
                return false;
        }
    }

    protected override async Task<IReadOnlyCollection<string>> Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation)
    {
        await backend.Limit(add, remove, cancellation).ConfigureAwait(false);
        return [];
    }

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation)
    {
        var standing = await backend.Limits(cancellation).ConfigureAwait(false);
        await backend.Limit(wanted, [.. standing.Select(one => one.Network).Except(wanted.Select(one => one.Network))], cancellation).ConfigureAwait(false);
        return [];
    }
}
