using System.Text.RegularExpressions;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.LinuxAccount;

/// <summary>
/// Locks system accounts: the password, and by an expiry date in the past also SSH keys, which a locked password does not stop. What was there before
/// is remembered and comes back. Accounts of the system itself are never touched.
/// </summary>
public sealed partial class LinuxAccountLock(IProcessRunner runner, string ledgerPath, LoginNames names = LoginNames.Local, uint lowestUid = 1000) : IAccountLock
{
    // The day after the epoch: chage's manual warns that day 0 may be read as "never".
    private const string LongAgo = "1";

    private readonly LockLedger<LinuxAccountDeed> _ledger = new(ledgerPath);

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(IReadOnlyCollection<WantedLock> add, IReadOnlyCollection<UserId> remove, CancellationToken cancellation = default)
    {
        var refused = new List<RefusedLock>();
        foreach (var wanted in add)
            if (await Lock(wanted, cancellation).ConfigureAwait(false) is { } why)
                refused.Add(new RefusedLock(wanted.User, why));
        foreach (var user in remove.Except(add.Select(wanted => wanted.User)))
            await Unlock(user, cancellation).ConfigureAwait(false);
        return refused;
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. _ledger.Entries.Select(pair => new StandingLock(new UserId(pair.Key), pair.Value.Until))]);

    private async Task<string?> Lock(WantedLock wanted, CancellationToken cancellation)
    {
        var login = names.Of(wanted.User);
        if (!Login().IsMatch(login))
            return $"'{login}' cannot be the name of a system account";
        if (await ShadowEntry.Uid(runner, login, cancellation).ConfigureAwait(false) is not { } uid)
            return $"there is no system account {login}";
        if (uid < lowestUid)
            return $"{login} is an account of the system (uid {uid} is below {lowestUid})";
        if (await ShadowEntry.Of(runner, login, cancellation).ConfigureAwait(false) is not { } shadow)
            return $"{login} has no entry in /etc/shadow that could be read";
        var deed = _ledger.Entries.TryGetValue(wanted.User.Value, out var done)
            ? done with { Until = wanted.Until, LockedPassword = done.LockedPassword || shadow.HasUsablePassword }
            : new LinuxAccountDeed(login, wanted.Until, shadow.HasUsablePassword, shadow.Expiry);
        _ledger.Note(wanted.User.Value, deed);
        if (shadow.HasUsablePassword)
            await Modify(login, cancellation, "-L", "-e", LongAgo).ConfigureAwait(false);
        else if (shadow.Expiry != LongAgo)
            await Modify(login, cancellation, "-e", LongAgo).ConfigureAwait(false);
        return null;
    }

    private async Task Unlock(UserId user, CancellationToken cancellation)
    {
        if (!_ledger.Entries.TryGetValue(user.Value, out var deed))
            return;
        if (await ShadowEntry.Of(runner, deed.Login, cancellation).ConfigureAwait(false) is { } shadow)
        {
            // What an administrator changed in the meantime is the administrator's.
            var password = deed.LockedPassword && shadow.HasLockedPassword;
            var expiry = shadow.Expiry == LongAgo && deed.Expiry != LongAgo;
            string[] changes = [.. password ? ["-U"] : Array.Empty<string>(), .. expiry ? ["-e", deed.Expiry] : Array.Empty<string>()];
            if (changes.Length > 0)
                await Modify(deed.Login, cancellation, changes).ConfigureAwait(false);
        }
        _ledger.Forget(user.Value);
    }

    private async Task Modify(string login, CancellationToken cancellation, params string[] changes)
    {
        var outcome = await runner.Run(new ProcessRequest("usermod", [.. changes, "--", login]), cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"usermod {string.Join(' ', changes)} {login} failed: {outcome.Complaint}");
    }

    // What useradd allows; above all no option and no number.
    [GeneratedRegex("^[a-z_][a-z0-9_.-]{0,31}$")]
    private static partial Regex Login();
}
