using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>Takes the password away that a thief knows.</summary>
public interface IPasswordReset
{
    /// <returns>Why it is never done for this account, or null when it was done.</returns>
    /// <exception cref="Platform.EnforcementException">It could not be done now.</exception>
    Task<string?> Reset(UserId user, string reason, CancellationToken cancellation = default);
}
