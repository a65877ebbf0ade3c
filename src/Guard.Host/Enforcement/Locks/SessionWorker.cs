using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Ends the open sessions of accounts that were locked: at once, and again a little later, since a daemon notices a lock late and may have let a session in.
/// Where only sending is locked, reading goes on; where strange networks are, the owner's client comes back by itself and the thief's does not.
/// </summary>
public sealed class SessionWorker(string name, IOpenSessions sessions, TimeSpan firstRetry) : EnforcementWorker<UserId, SessionWorker.Wish>(name, firstRetry)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);

    public sealed record Wish(UserId User, LockGrade Grade);

    public static Props Props(string name, IOpenSessions sessions, TimeSpan firstRetry) =>
        Akka.Actor.Props.Create(() => new SessionWorker(name, sessions, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLocks all:
                All(all.Locks.Where(entry => entry.Grade != LockGrade.Sending).Select(entry => KeyValuePair.Create(entry.User, Of(entry))));
                return true;
            case WantedState.Lock { Entry.Grade: LockGrade.Sending } one:
                Over(one.Entry.User);
                return true;
            case WantedState.Lock one:
                Want(one.Entry.User, Of(one.Entry));
                Timers.StartSingleTimer(one.Entry.User, new OnceMore(one), Again);
                return true;
            case OnceMore more:
                Want(more.Lock.Entry.User, Of(more.Lock.Entry));
                return true;
            case WantedState.Unlock unlock:
                Over(unlock.User);
                return true;
            default:
                return false;
        }
    }

    private static Wish Of(LockEntry entry) => new(entry.User, entry.Grade);

    private void Over(UserId user)
    {
        Timers.Cancel(user);
        End(user);
    }

    /// <summary>Sessions that ended do not come back; only what a cache remembers of the lock is forgotten with its end.</summary>
    protected override async Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<Wish> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation
    )
    {
        var refused = new List<string>();
        foreach (var wish in add)
            if (await sessions.End(wish.User, cancellation).ConfigureAwait(false) is { } why)
                refused.Add($"{wish.User}: {why}");
        return refused;
    }

    /// <summary>The owner who came back under a lock for strange networks is not thrown out at every comparison.</summary>
    protected override Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<Wish> wanted, CancellationToken cancellation) =>
        Apply([.. wanted.Where(wish => wish.Grade == LockGrade.Everything)], [], cancellation);

    private sealed record OnceMore(WantedState.Lock Lock) : INoSerializationVerificationNeeded;
}
