using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Brings the locks of accounts into a wanted state. Every call can be repeated, and only what AccountGuard locked is ever unlocked; whoever calls
/// makes one call at a time and lifts a lock when it ends. Failures that may pass are <see cref="EnforcementException"/>.
/// </summary>
public interface IAccountLock
{
    /// <summary>Whether a lock of this grade can be made here. Of the others nothing is made here: more would be taken away than was meant.</summary>
    bool Carries(LockGrade grade) => grade == LockGrade.Everything;

    /// <summary>Locks and unlocks; an account in both lists is locked. Returns the accounts that cannot be locked here.</summary>
    Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    );

    /// <summary>AccountGuard's own locks.</summary>
    Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default);

    /// <summary>Makes exactly the wanted locks stand among those that are AccountGuard's.</summary>
    async Task<IReadOnlyCollection<RefusedLock>> Reconcile(IReadOnlyCollection<WantedLock> wanted, CancellationToken cancellation = default)
    {
        var standing = await List(cancellation).ConfigureAwait(false);
        return await Apply(wanted, [.. standing.Select(one => one.User).Except(wanted.Select(one => one.User))], cancellation).ConfigureAwait(false);
    }
}
