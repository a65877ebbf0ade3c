using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcers.Locks;

/// <summary>Keeps one way of locking accounts as the ledger of locks wants it.</summary>
public sealed class LockWorker(string name, IAccountLock backend, TimeSpan firstRetry) : EnforcementWorker<UserId, WantedLock>(name, firstRetry)
{
    public static Props Props(string name, IAccountLock backend, TimeSpan firstRetry) => Akka.Actor.Props.Create(() => new LockWorker(name, backend, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLocks all:
                All(all.Locks.Select(entry => KeyValuePair.Create(entry.User, Wanted(entry))));
                return true;
            case WantedState.Lock one:
                Want(one.Entry.User, Wanted(one.Entry));
                return true;
            case WantedState.Unlock unlock:
                End(unlock.User);
                return true;
            default:
                return false;
        }
    }

    private static WantedLock Wanted(LockEntry entry) => new(entry.User, entry.Until, entry.Reason);

    protected override async Task<IReadOnlyCollection<string>> Apply(IReadOnlyCollection<WantedLock> add, IReadOnlyCollection<UserId> remove, CancellationToken cancellation) =>
        Words(await backend.Apply(add, remove, cancellation).ConfigureAwait(false));

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedLock> wanted, CancellationToken cancellation) =>
        Words(await backend.Reconcile(wanted, cancellation).ConfigureAwait(false));

    private static string[] Words(IReadOnlyCollection<RefusedLock> refused) => [.. refused.Select(one => $"{one.User}: {one.Why}")];
}
