using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Host.Texts;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.LinuxAccount;

/// <summary>
/// Locks system accounts: the password, and by an expiry date in the past also SSH keys, which a locked password does not stop. What was there before
/// is remembered and comes back with the last account that holds the lock. Accounts of the system itself and of administrators are never touched.
/// </summary>
public sealed class LinuxAccountLock(IProcessRunner runner, string ledgerPath, AccountLogins logins, ProtectedAccounts accounts) : IAccountLock
{
    // The day after the epoch: chage's manual warns that day 0 may be read as "never".
    private const string LongAgo = "1";

    private readonly LockLedger<LinuxAccountDeed> _ledger = new(ledgerPath, LedgerJson.Default.LinuxAccountDeeds);

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        var refused = new List<RefusedLock>();
        foreach (var wanted in add)
        {
            var users = logins.UnixUsers(wanted.User);
            if (users.Count == 0)
                refused.Add(new RefusedLock(wanted.User, WhyNone(wanted.User)));
            foreach (var login in users)
                if (await Lock(wanted, login, cancellation).ConfigureAwait(false) is { } why)
                    refused.Add(new RefusedLock(wanted.User, why));
        }
        foreach (var user in remove.Except(add.Select(wanted => wanted.User)))
            foreach (var key in _ledger.Entries.Keys.Where(key => UserOf(key) == user).ToArray())
                await Unlock(key, cancellation).ConfigureAwait(false);
        return refused;
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([
            .. _ledger.Entries.Select(pair => new StandingLock(UserOf(pair.Key), pair.Value.Until)).DistinctBy(one => one.User),
        ]);

    // No name holds a blank. The account alone is how earlier versions noted it.
    private static string KeyOf(UserId user, string login) => login == user.Local ? user.Value : $"{user.Value} {login}";

    private static UserId UserOf(string key) => new(key.Split(' ')[0]);

    private string WhyNone(UserId user) =>
        ToolName.FaultOf(user.Local, ToolNameUse.SystemAccount) is { } fault ? $"'{IncidentText.Safe(user.Local)}': {fault}" : logins.Missing(user);

    private IEnumerable<KeyValuePair<string, LinuxAccountDeed>> OtherHolders(string key, string login) =>
        _ledger.Entries.Where(pair => pair.Key != key && pair.Value.Login == login);

    private async Task<string?> Lock(WantedLock wanted, string login, CancellationToken cancellation)
    {
        if (await ShadowEntry.Passwd(runner, login, cancellation).ConfigureAwait(false) is not { } passwd)
            return $"there is no system account {login}";
        if (await accounts.WhyOfSystemUser(login, passwd, cancellation).ConfigureAwait(false) is { } why)
            return why;
        if (await ShadowEntry.Of(runner, login, cancellation).ConfigureAwait(false) is not { } shadow)
            return $"{login} has no entry in /etc/shadow that could be read";
        var key = KeyOf(wanted.User, login);
        // Who comes second to a lock finds it locked; what was before is what the first one found.
        var before = _ledger.Entries.TryGetValue(key, out var done) ? done : OtherHolders(key, login).Select(pair => pair.Value).FirstOrDefault();
        var deed = before is not null
            ? before with
            {
                Until = wanted.Until,
                LockedPassword = before.LockedPassword || shadow.HasUsablePassword,
            }
            : new LinuxAccountDeed(login, wanted.Until, shadow.HasUsablePassword, shadow.Expiry);
        _ledger.Note(key, deed);
        if (shadow.HasUsablePassword)
            await Modify(login, cancellation, "-L", "-e", LongAgo).ConfigureAwait(false);
        else if (shadow.Expiry != LongAgo)
            await Modify(login, cancellation, "-e", LongAgo).ConfigureAwait(false);
        return null;
    }

    private async Task Unlock(string key, CancellationToken cancellation)
    {
        var deed = _ledger.Entries[key];
        if (OtherHolders(key, deed.Login).FirstOrDefault() is { Value: not null } other)
        {
            _ledger.Change([KeyValuePair.Create(other.Key, other.Value with { LockedPassword = other.Value.LockedPassword || deed.LockedPassword })], [key]);
            return;
        }
        if (await ShadowEntry.Of(runner, deed.Login, cancellation).ConfigureAwait(false) is { } shadow)
        {
            // What an administrator changed in the meantime is the administrator's.
            var password = deed.LockedPassword && shadow.HasLockedPassword;
            var expiry = shadow.Expiry == LongAgo && deed.Expiry != LongAgo;
            string[] changes = [.. password ? ["-U"] : Array.Empty<string>(), .. expiry ? ["-e", deed.Expiry] : Array.Empty<string>()];
            if (changes.Length > 0)
                await Modify(deed.Login, cancellation, changes).ConfigureAwait(false);
        }
        _ledger.Forget(key);
    }

    private async Task Modify(string login, CancellationToken cancellation, params string[] changes)
    {
        var outcome = await runner.Run(new ProcessRequest("usermod", [.. changes, "--", login]), cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"usermod {string.Join(' ', changes)} {login} failed: {outcome.Complaint}");
    }
}
