using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcers.Locks;

/// <summary>
/// Ends the open sessions of accounts that were locked: at once, and again a little later, since a daemon notices a lock late and may have let a session in.
/// </summary>
public sealed class SessionWorker(string name, IOpenSessions sessions, TimeSpan firstRetry) : EnforcementWorker<UserId, UserId>(name, firstRetry)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);

    public static Props Props(string name, IOpenSessions sessions, TimeSpan firstRetry) => Akka.Actor.Props.Create(() => new SessionWorker(name, sessions, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLocks all:
                All(all.Locks.Select(entry => KeyValuePair.Create(entry.User, entry.User)));
                return true;
            case WantedState.Lock one:
                Want(one.Entry.User, one.Entry.User);
                Timers.StartSingleTimer(one.Entry.User, new OnceMore(one), Again);
                return true;
            case OnceMore more:
                Want(more.Lock.Entry.User, more.Lock.Entry.User);
                return true;
            case WantedState.Unlock unlock:
                Timers.Cancel(unlock.User);
                End(unlock.User);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Sessions that ended do not come back; only what a cache remembers of the lock is forgotten with its end.</summary>
    protected override async Task<IReadOnlyCollection<string>> Apply(IReadOnlyCollection<UserId> add, IReadOnlyCollection<UserId> remove, CancellationToken cancellation)
    {
        foreach (var user in add)
            await sessions.End(user, cancellation).ConfigureAwait(false);
        return [];
    }

    protected override Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<UserId> wanted, CancellationToken cancellation) => Apply(wanted, [], cancellation);

    private sealed record OnceMore(WantedState.Lock Lock) : INoSerializationVerificationNeeded;
}
