using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Intake;
using Serilog;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>The lists of this node, kept in its journal.</summary>
internal sealed class JournaledAccessLists : IAccessLists
{
    private const int SnapshotEvery = 500;

    /// <summary>Longer than any caller's deadline, which ends the waiting first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IActorRef _ledger;

    /// <param name="node">Names this node's lists in the journal.</param>
    public JournaledAccessLists(IActorRefFactory actors, string node, TimeProvider clock, int snapshotEvery = SnapshotEvery)
    {
        var ledger = AccessListLedger.Props(node, Black, White, clock, snapshotEvery);
        // A journal that fails stops its actor; when it works again, so do the lists.
        _ledger = actors.ActorOf(LedgerKeeper.Props(ledger), "access-lists");
    }

    public AccessList Black { get; } = new();

    public AccessList White { get; } = new();

    /// <summary>Before this, who is on a list would not be found there.</summary>
    public async Task LoadAsync(ILogger log)
    {
        try
        {
            await _ledger.Ask<AccessListLedger.Answer>(new AccessListLedger.AwaitLoaded(), Patience).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            log.Error("The black and white lists could not be read from the journal in time; until they are, nobody is on them");
        }
    }

    public async ValueTask<bool> AddAsync(AccessListKind list, AccessEntry entry, CancellationToken cancel) =>
        (await _ledger.Ask<AccessListLedger.Answer>(new AccessListLedger.Add(list, entry), Patience, cancel).ConfigureAwait(false)).Done;

    public async ValueTask RemoveAsync(AccessListKind list, AccessKey key, CancellationToken cancel) =>
        await _ledger.Ask<AccessListLedger.Answer>(new AccessListLedger.Remove(list, key), Patience, cancel).ConfigureAwait(false);
}
