using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Keeps the limits of addresses as the ledger of blocks wants them.</summary>
/// <param name="atHome">How many accounts are at home behind a network, as this machine knows it now.</param>
public sealed class LimitWorker(string name, INetworkLimiter backend, TimeSpan firstRetry, Func<NetworkPrefix, int> atHome)
    : EnforcementWorker<NetworkPrefix, WantedBlock>(name, firstRetry)
{
    private IDisposable? _watch;

    public static Props Props(string name, INetworkLimiter backend, TimeSpan firstRetry, Func<NetworkPrefix, int>? atHome = null) =>
        Akka.Actor.Props.Create(() => new LimitWorker(name, backend, firstRetry, atHome ?? (_ => 1)));

    protected override void PreStart()
    {
        base.PreStart();
        var self = Self;
        // The worker of blocks tells when it cannot be heard.
        _watch = (backend as IFirewallWatch)?.Watch(what => self.Tell(new FirewallDisturbed(what)), _ => { });
    }

    protected override void PostStop()
    {
        _watch?.Dispose();
        base.PostStop();
    }

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
            case FirewallDisturbed:
                CompareSoon();
                return true;
            default:
                return false;
        }
    }

    protected override async Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<WantedBlock> add,
        IReadOnlyCollection<NetworkPrefix> remove,
        CancellationToken cancellation
    )
    {
        await backend.Limit(Scaled(add), remove, cancellation).ConfigureAwait(false);
        if (add.Count == 0 && WantedCount == 0 && backend is IFirewallBackend blocks)
            await blocks.Tidy(cancellation).ConfigureAwait(false);
        return [];
    }

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation)
    {
        var standing = await backend.Limits(cancellation).ConfigureAwait(false);
        if (wanted.Count == 0 && standing.Count == 0)
            return [];
        await backend
            .Limit(Scaled(wanted), [.. standing.Select(one => one.Network).Except(wanted.Select(one => one.Network))], cancellation)
            .ConfigureAwait(false);
        return [];
    }

    /// <summary>Asked anew each time: an office grows, and who is at home is known better later.</summary>
    private WantedBlock[] Scaled(IEnumerable<WantedBlock> limits) => [.. limits.Select(limit => limit with { AtHome = Math.Max(1, atHome(limit.Network)) })];
}
