using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.DovecotDenyFile;

/// <summary>
/// Locks accounts of Dovecot, and of what asks Dovecot for logins, in a passwd-file that is the first passdb with <c>deny = yes</c>. Dovecot sees a
/// change within two seconds, without a reload.
/// </summary>
public sealed class DovecotDenyFile(string path, AccountLogins? logins = null, DovecotSessions? sessions = null) : IAccountLock
{
    private readonly AccountTable _table = new(path, "dovecot", logins ?? AccountLogins.Full, (_, name) => name);

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        var (_, refused) = _table.Change(add, remove);
        // Also when the file stayed as it was: the time before may have ended between writing and flushing.
        if (sessions is not null)
            foreach (var user in add.Select(entry => entry.User).Concat(remove).Except(refused.Select(one => one.User)).Distinct())
                await sessions.Forget(user, cancellation).ConfigureAwait(false);
        return refused;
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) => Task.FromResult(_table.Standing());
}
