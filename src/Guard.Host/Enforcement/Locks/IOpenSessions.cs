using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Ends the sessions that an account has open, which outlive its lock. A daemon notices a lock up to two seconds late, so sessions are ended at once
/// and again a little later.
/// </summary>
public interface IOpenSessions
{
    /// <returns>Why they can never be ended here, or null.</returns>
    Task<string?> End(UserId user, CancellationToken cancellation = default);
}
