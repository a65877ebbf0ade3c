using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Keeps the firewall as the ledger of blocks wants it.</summary>
public sealed class FirewallWorker(string name, IFirewallBackend backend, TimeSpan firstRetry) : EnforcementWorker<NetworkPrefix, WantedBlock>(name, firstRetry)
{
    public static Props Props(string name, IFirewallBackend backend, TimeSpan firstRetry) => Akka.Actor.Props.Create(() => new FirewallWorker(name, backend, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllBlocks all:
                All(all.Blocks.Select(block => KeyValuePair.Create(block.Network, block)));
                return true;
            case WantedState.Blocks change:
                foreach (var network in change.Remove)
                    End(network);
                foreach (var block in change.Add)
                    Want(block.Network, block);
                return true;
            default:
                return false;
        }
    }

    protected override async Task<IReadOnlyCollection<string>> Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation)
    {
        await backend.Apply(add, remove, cancellation).ConfigureAwait(false);
        return backend.TakeRefused();
    }

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation)
    {
        await backend.Reconcile(wanted, cancellation).ConfigureAwait(false);
        return backend.TakeRefused();
    }
}
