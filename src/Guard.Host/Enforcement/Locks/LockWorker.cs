using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Locks;

/// <summary>Keeps one way of locking accounts as the ledger of locks wants it.</summary>
public sealed class LockWorker(string name, IAccountLock backend, TimeSpan firstRetry) : EnforcementWorker<UserId, WantedLock>(name, firstRetry)
{
    /// <summary>Ends the words about a lock that is made by other means.</summary>
    public const string Elsewhere = "alone cannot be made here; inline answers refuse";

    public static Props Props(string name, IAccountLock backend, TimeSpan firstRetry) =>
        Akka.Actor.Props.Create(() => new LockWorker(name, backend, firstRetry));

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

    private static WantedLock Wanted(LockEntry entry) => new(entry.User, entry.Until, entry.Reason) { Grade = entry.Grade };

    /// <summary>A lock that became of a grade beyond the backend is taken off there: it would take away more than is meant.</summary>
    protected override async Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation
    )
    {
        var beyond = Beyond(add);
        return Words(await backend.Apply([.. add.Except(beyond)], [.. remove, .. beyond.Select(one => one.User)], cancellation).ConfigureAwait(false), beyond);
    }

    protected override async Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<WantedLock> wanted, CancellationToken cancellation)
    {
        var beyond = Beyond(wanted);
        return Words(await backend.Reconcile([.. wanted.Except(beyond)], cancellation).ConfigureAwait(false), beyond);
    }

    private WantedLock[] Beyond(IEnumerable<WantedLock> wanted) => [.. wanted.Where(one => !backend.Carries(one.Grade))];

    private static string[] Words(IReadOnlyCollection<RefusedLock> refused, WantedLock[] beyond) =>
        [
            .. refused.Select(one => $"{one.User}: {one.Why}"),
            .. beyond.Select(one => $"{one.User}: a lock for {(one.Grade == LockGrade.Sending ? "sending" : "strange networks")} {Elsewhere}"),
        ];
}
