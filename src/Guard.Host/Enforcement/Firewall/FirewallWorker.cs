using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>Keeps the firewall as the ledger of blocks wants it.</summary>
public sealed class FirewallWorker(string name, IFirewallBackend backend, TimeSpan firstRetry) : EnforcementWorker<NetworkPrefix, WantedBlock>(name, firstRetry)
{
    private readonly DisturbanceLog _disturbances = new(TimeProvider.System);
    private IDisposable? _watch;

    public static Props Props(string name, IFirewallBackend backend, TimeSpan firstRetry) =>
        Akka.Actor.Props.Create(() => new FirewallWorker(name, backend, firstRetry));

    protected override void PreStart()
    {
        base.PreStart();
        var (self, log, label) = (Self, Logger, Name);
        _watch = (backend as IFirewallWatch)?.Watch(
            what => self.Tell(new FirewallDisturbed(what)),
            why => log.Warning("{Name}: what other programs do to the firewall is noticed only at the comparison every five minutes: {Why}", label, why)
        );
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
            case WantedState.AllBlocks all:
                All(all.Blocks.Select(block => KeyValuePair.Create(block.Network, block)));
                return true;
            case WantedState.Blocks change:
                foreach (var network in change.Remove)
                    End(network);
                foreach (var block in change.Add)
                    Want(block.Network, block);
                return true;
            case FirewallDisturbed disturbed:
                CompareSoon();
                if (_disturbances.Note() is { } count)
                    Logger.Warning(
                        "{Name}: {Program} {Did} (a reload of the machine's own rules, 'flush ruleset'); mended, {Blocks} blocks stand again{Times}",
                        Name,
                        By(disturbed.What),
                        disturbed.What.Removed ? "removed the guard's table" : "changed the guard's table",
                        WantedCount,
                        count > 1 ? $"; {count} times in ten minutes or more" : ""
                    );
                return true;
            default:
                return false;
        }
    }

    private static string By(FirewallDisturbance what) => what.By.Length > 0 ? what.By : "another program";

    protected override async Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<WantedBlock> add,
        IReadOnlyCollection<NetworkPrefix> remove,
        CancellationToken cancellation
    )
    {
        await backend.Apply(add, remove, cancellation).ConfigureAwait(false);
        if (add.Count == 0 && WantedCount == 0)
            await backend.Tidy(cancellation).ConfigureAwait(false);
        return backend.TakeRefused();
    }

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation)
    {
        if (wanted.Count == 0 && (await backend.List(cancellation).ConfigureAwait(false)).Count == 0)
        {
            await backend.Tidy(cancellation).ConfigureAwait(false);
            return backend.TakeRefused();
        }
        await backend.Reconcile(wanted, cancellation).ConfigureAwait(false);
        if (wanted.Count == 0)
            await backend.Tidy(cancellation).ConfigureAwait(false);
        return backend.TakeRefused();
    }
}
