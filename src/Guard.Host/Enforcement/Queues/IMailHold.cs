using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Queues;

/// <summary>Holds the queued mail of accounts, and lets go or deletes what it held and nothing else. Every call can be repeated.</summary>
public interface IMailHold
{
    /// <summary>Puts the account's mail on hold.</summary>
    /// <param name="submitted">See <see cref="IMailQueue.Of"/>.</param>
    /// <param name="arrivedBefore">Only mail that was there by then.</param>
    /// <returns>How many mails are newly held.</returns>
    Task<int> Hold(UserId user, IReadOnlySet<string> submitted, DateTimeOffset? arrivedBefore, CancellationToken cancellation = default);

    /// <summary>What is on hold for an account, or for all. Subjects only for one account.</summary>
    Task<IReadOnlyCollection<HeldMail>> List(UserId? user, CancellationToken cancellation = default);

    /// <summary>Lets it go, for good.</summary>
    Task<int> Release(UserId user, CancellationToken cancellation = default);

    Task<int> Delete(UserId user, CancellationToken cancellation = default);
}
