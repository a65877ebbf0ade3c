using System.Collections.Frozen;
using System.Globalization;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Accounts that are never locked on this machine: those that the settings name, and of system users root, members of sudo, wheel and admin, and those below
/// the first number of ordinary users. Who locks an administrator out leaves nobody to undo it.
/// </summary>
/// <param name="named">Accounts or system users, as the settings name them.</param>
/// <param name="lowestUid">The first number of ordinary users; by default what login.defs(5) says.</param>
public sealed class ProtectedAccounts(IEnumerable<string> named, AccountLogins logins, IProcessRunner runner, uint? lowestUid = null)
{
    private const string LoginDefinitions = "/etc/login.defs";
    private const uint UsualLowestUid = 1000;

    private static readonly string[] Groups = ["sudo", "wheel", "admin"];

    private readonly FrozenSet<string> _named = named.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private readonly uint _lowestUid = lowestUid ?? LowestUid(LoginDefinitions);

    /// <summary>Why an account is never locked by any way, or null: the settings name it.</summary>
    public string? WhyNamed(UserId user) =>
        _named.Contains(user.Value) || logins.UnixUsers(user).Any(_named.Contains) ? $"{user} is protected (enforcement.locks.protected)" : null;

    /// <summary>Why an account is an administrator's, or null: one that is named, or whose name on this machine may become root.</summary>
    public async Task<string?> WhyAdministrator(UserId user, CancellationToken cancellation)
    {
        if (WhyNamed(user) is { } why)
            return why;
        foreach (var login in logins.UnixUsers(user))
        {
            if (await ShadowEntry.Passwd(runner, login, cancellation).ConfigureAwait(false) is not { } passwd)
                continue;
            if (await WhyOf(login, passwd, cancellation).ConfigureAwait(false) is { } system)
                return system;
            // Of the system's own numbers most cannot log in at all: a mailbox "news" or "games" is not theirs.
            if (passwd.Uid < _lowestUid && await ShadowEntry.Of(runner, login, cancellation).ConfigureAwait(false) is not { HasUsablePassword: false })
                return BelowLowest(login, passwd.Uid);
        }
        return null;
    }

    /// <summary>Why a system user is never locked, or null.</summary>
    internal async Task<string?> WhyOfSystemUser(string login, PasswdEntry passwd, CancellationToken cancellation) =>
        passwd.Uid < _lowestUid ? BelowLowest(login, passwd.Uid)
        : _named.Contains(login) ? $"{login} is protected (enforcement.locks.protected)"
        : await WhyOf(login, passwd, cancellation).ConfigureAwait(false);

    internal static uint LowestUid(string definitions)
    {
        try
        {
            foreach (var words in File.ReadLines(definitions).Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))
                if (words is ["UID_MIN", var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var lowest))
                    return lowest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Systems without it count as most do.
        }
        return UsualLowestUid;
    }

    private string BelowLowest(string login, uint uid) => $"{login} is an account of the system (uid {uid} is below {_lowestUid})";

    private async Task<string?> WhyOf(string login, PasswdEntry passwd, CancellationToken cancellation)
    {
        if (passwd.Uid == 0)
            return $"{login} is root";
        // It ends with 2 when one of the groups is not there, and prints the others all the same.
        var outcome = await runner.Run(new ProcessRequest("getent", ["group", .. Groups]), cancellation).ConfigureAwait(false);
        foreach (var fields in outcome.Output.Split('\n').Select(line => line.Split(':')).Where(fields => fields.Length >= 4))
            if (fields[3].Split(',').Contains(login) || fields[2] == passwd.Gid.ToString(CultureInfo.InvariantCulture))
                return $"{login} is an administrator (group {fields[0]})";
        return null;
    }
}

/// <summary>A way of locking that leaves the accounts alone that the settings protect.</summary>
public sealed class ProtectingLock(IAccountLock inner, ProtectedAccounts accounts) : IAccountLock
{
    public bool Carries(Guard.Messages.Policies.LockGrade grade) => inner.Carries(grade);

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        RefusedLock[] refused = [.. add.SelectMany(one => accounts.WhyNamed(one.User) is { } why ? new[] { new RefusedLock(one.User, why) } : [])];
        WantedLock[] allowed = [.. add.Where(one => !refused.Any(other => other.User == one.User))];
        return [.. refused, .. await inner.Apply(allowed, remove, cancellation).ConfigureAwait(false)];
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) => inner.List(cancellation);
}
