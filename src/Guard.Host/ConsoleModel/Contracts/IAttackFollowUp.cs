using System.Collections.Immutable;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>What can be done on this installation once it is said that it was an attack.</summary>
/// <param name="ResetsPassword">A command that gives a new password is set.</param>
/// <param name="EndsSessions">Open sessions can be ended here.</param>
/// <param name="HeldMails">So many mails of the account wait in queues.</param>
public sealed record FollowUps(bool ResetsPassword, bool EndsSessions, int HeldMails);

/// <summary>What comes after an attack was confirmed. Acts need <see cref="AccessRights.Act"/>, and are written to the audit before they are done.</summary>
public interface IAttackFollowUp
{
    Task<FollowUps> LookAsync(AccessScope scope, UserId user, CancellationToken cancel);

    /// <summary>Has the panel's command give the account a password that nobody knows.</summary>
    /// <returns>What came of it, in words.</returns>
    /// <exception cref="UnavailableException">No command is set, or it failed.</exception>
    Task<string> ResetPasswordAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);

    /// <summary>Ends what is open, on every node.</summary>
    /// <returns>What each node said.</returns>
    Task<ImmutableArray<string>> EndSessionsAsync(AccessScope scope, UserId user, string why, CancellationToken cancel);
}
