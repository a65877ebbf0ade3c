using Akka.Actor;
using Guard.Actors.Enforcement;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Queues;

/// <summary>What an admin says about held mail. Local to a node.</summary>
public static class QueueCommands
{
    /// <summary>Asks for a <see cref="Held"/>; of all accounts without one.</summary>
    public sealed record List(UserId? User) : INoSerializationVerificationNeeded;

    public sealed record Release(UserId User) : INoSerializationVerificationNeeded;

    public sealed record Delete(UserId User) : INoSerializationVerificationNeeded;

    public sealed record Held(IReadOnlyCollection<HeldMail> Mails) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="Release"/> and <see cref="Delete"/>.</summary>
    public sealed record Done(int Mails) : INoSerializationVerificationNeeded;
}

/// <summary>Holds the queued mail of locked accounts. It stays held when the lock is over, whoever ended it: a thief's mail goes by an admin's word about the mail
/// only.</summary>
public sealed class QueueWorker(string name, IMailHold queue, Func<UserId, IReadOnlySet<string>> submitted, TimeSpan firstRetry)
    : EnforcementWorker<UserId, QueueWorker.Wish>(name, firstRetry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Until then a mail may still be taken that was begun before the lock took hold everywhere.</summary>
    private static readonly TimeSpan StillTaken = TimeSpan.FromSeconds(5);

    /// <param name="Before">Only what was queued by then: under a lock for strange networks the owner goes on sending.</param>
    public sealed record Wish(UserId User, DateTimeOffset? Before);

    public static Props Props(string name, IMailHold queue, Func<UserId, IReadOnlySet<string>> submitted, TimeSpan firstRetry) =>
        Akka.Actor.Props.Create(() => new QueueWorker(name, queue, submitted, firstRetry));

    protected override bool Read(object message)
    {
        switch (message)
        {
            case WantedState.AllLocks all:
                All(all.Locks.Select(entry => KeyValuePair.Create(entry.User, Hold(entry))));
                return true;
            case WantedState.Lock one:
                Want(one.Entry.User, Hold(one.Entry));
                CompareIn(StillTaken);
                return true;
            case WantedState.Unlock unlock:
                End(unlock.User);
                return true;
            case QueueCommands.List list:
                Answer(async cancel => new QueueCommands.Held(await queue.List(list.User, cancel).ConfigureAwait(false)));
                return true;
            case QueueCommands.Release release:
                Answer(async cancel => new QueueCommands.Done(await queue.Release(release.User, cancel).ConfigureAwait(false)));
                return true;
            case QueueCommands.Delete delete:
                Answer(async cancel => new QueueCommands.Done(await queue.Delete(delete.User, cancel).ConfigureAwait(false)));
                return true;
            default:
                return false;
        }
    }

    private static Wish Hold(LockEntry entry) => new(entry.User, entry.Grade == LockGrade.Strange ? entry.At : null);

    /// <summary>Beside the worker's own calls: what holds the mail takes one at a time.</summary>
    private void Answer(Func<CancellationToken, Task<object>> act)
    {
        Task.Run(async () =>
            {
                using var limit = new CancellationTokenSource(Patience);
                return await act(limit.Token).ConfigureAwait(false);
            })
            .PipeTo(Sender, failure: failure => new Status.Failure(failure));
    }

    protected override async Task<IReadOnlyCollection<string>> Apply(
        IReadOnlyCollection<Wish> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation
    )
    {
        foreach (var wish in add)
            await queue.Hold(wish.User, submitted(wish.User), wish.Before, cancellation).ConfigureAwait(false);
        return [];
    }

    protected override Task<IReadOnlyCollection<string>> Reconcile(IReadOnlyCollection<Wish> wanted, CancellationToken cancellation) =>
        Apply(wanted, [], cancellation);
}
