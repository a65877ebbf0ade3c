using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Queues;

/// <summary>A mail server's queue: who handed mails in, and holding, releasing and deleting them by id. Ids that are gone are passed over.</summary>
public interface IMailQueue
{
    /// <summary>What waits in the queue, on hold or not; each mail once, where it was seen last.</summary>
    Task<IReadOnlyList<QueuedMail>> List(Func<QueuedMail, bool> wanted, CancellationToken cancellation = default);

    /// <summary>Of these mails, bit by bit, those that the account handed in; by what the server itself wrote down, never by what a client said.</summary>
    /// <param name="submitted">The ids that logs and milter told of the account's submissions, for a server that does not write down who logged in.</param>
    IAsyncEnumerable<IReadOnlyList<QueuedMail>> Of(
        UserId user,
        IReadOnlySet<string> submitted,
        IReadOnlyList<QueuedMail> mails,
        CancellationToken cancellation = default
    );

    /// <summary>What mails are about, by their ids, as it may be shown. Only some of many; none where the server does not tell.</summary>
    Task<IReadOnlyDictionary<string, string>> Subjects(IReadOnlyCollection<QueuedMail> mails, CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default);

    Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default);

    Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default);
}
