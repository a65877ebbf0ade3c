using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Locks;

/// <summary>An account that shall be locked. Without <paramref name="Until"/> it stays so until somebody releases it.</summary>
public sealed record WantedLock(UserId User, DateTimeOffset? Until, string Reason = "")
{
    /// <summary>How much the lock takes away.</summary>
    public LockGrade Grade { get; init; }
}

/// <summary>A lock of AccountGuard's that stands.</summary>
public sealed record StandingLock(UserId User, DateTimeOffset? Until);

/// <summary>An account that this backend cannot lock however often it is asked, and why.</summary>
public sealed record RefusedLock(UserId User, string Why);
