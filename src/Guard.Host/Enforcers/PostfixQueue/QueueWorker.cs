using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcers.PostfixQueue;

/// <summary>Holds the mail of locked accounts in Postfix's queue. It goes when somebody releases the account; when only the time was up it stays for an admin's word.</summary>
public sealed class QueueWorker(string name, PostfixQueueHold queue, TimeSpan firstRetry) : EnforcementWorker<UserId, QueueWorker.Wish>(name, firstRetry)
{
    /// <param name="Release">Let it go rather than hold it.</param>
    public sealed record Wish(UserId User, bool Release);

    public static Props Props(string name, PostfixQueueHold queue, TimeSpan firstRetry) => Akka.Actor.Props.Create(() => new QueueWorker(name, queue, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLocks all:
                All(all.Locks.Select(entry => KeyValuePair.Create(entry.User, new Wish(entry.User, false))));
                return true;
            case WantedState.Lock one:
                Want(one.Entry.User, new Wish(one.Entry.User, false));
                return true;
            case WantedState.Unlock { ByAdmin: true } unlock:
                Want(unlock.User, new Wish(unlock.User, true));
                return true;
            case WantedState.Unlock unlock:
                End(unlock.User);
                return true;
            default:
                return false;
        }
    }

    protected override async Task<IReadOnlyCollection<string>> Apply(IReadOnlyCollection<Wish> add, IReadOnlyCollection<UserId> remove, CancellationToken cancellation)
    {
        foreach (var wish in add)
        {
            if (wish.Release)
                await queue.Release(wish.User, cancellation).ConfigureAwait(false);
            else
                await queue.Hold(wish.User, new HashSet<string>(), wish.User.Value, cancellation).ConfigureAwait(false);
        }
        return [];
    }

    protected override Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<Wish> wanted, CancellationToken cancellation) =>
        Apply([.. wanted.Where(wish => !wish.Release)], [], cancellation);
}
