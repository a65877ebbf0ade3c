using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>A mail that is held in the queue of a machine.</summary>
/// <param name="Id">As the mail server calls it.</param>
/// <param name="Size">Bytes.</param>
public sealed record HeldMailRow(string Node, UserId User, string Id, DateTimeOffset Arrived, long Size, int Recipients, string Sender)
{
    /// <summary>As it may be shown: decoded, bounded. Empty where the mail server does not tell.</summary>
    public string Subject { get; init; } = "";
}

/// <summary>An account's mail that waits in queues until somebody decides. Ending it needs <see cref="AccessRights.Act"/>.</summary>
public interface IHeldMail
{
    /// <summary>Oldest first, of every node.</summary>
    Task<ImmutableArray<HeldMailRow>> ListAsync(AccessScope scope, UserId user, CancellationToken cancel);

    /// <summary>Lets it go.</summary>
    /// <returns>What each node said.</returns>
    Task<ImmutableArray<string>> SendAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);

    /// <summary>Deletes it for good.</summary>
    /// <returns>What each node said.</returns>
    Task<ImmutableArray<string>> DeleteAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);
}
