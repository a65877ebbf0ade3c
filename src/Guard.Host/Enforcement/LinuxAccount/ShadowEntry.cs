using System.Globalization;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.LinuxAccount;

/// <summary>User and group number of a system account.</summary>
internal readonly record struct PasswdEntry(uint Uid, uint Gid);

/// <summary>What <c>getent</c> says of a system account.</summary>
internal readonly record struct ShadowEntry(string Password, string Expiry)
{
    private const int NotFound = 2;

    public bool HasUsablePassword => Password.Length > 0 && Password[0] is not ('!' or '*');

    // usermod -U refuses to unlock a password that is nothing but its lock.
    public bool HasLockedPassword => Password.Length > 1 && Password[0] == '!' && Password[1] is not ('!' or '*');

    public static async Task<ShadowEntry?> Of(IProcessRunner runner, string login, CancellationToken cancellation) =>
        await Fields(runner, "shadow", login, cancellation).ConfigureAwait(false) is { Length: >= 8 } fields ? new ShadowEntry(fields[1], fields[7]) : null;

    public static async Task<PasswdEntry?> Passwd(IProcessRunner runner, string login, CancellationToken cancellation) =>
        await Fields(runner, "passwd", login, cancellation).ConfigureAwait(false) is { Length: >= 4 } fields
        && Number(fields[2], out var user)
        && Number(fields[3], out var group)
            ? new PasswdEntry(user, group)
            : null;

    private static bool Number(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static async Task<string[]?> Fields(IProcessRunner runner, string database, string login, CancellationToken cancellation)
    {
        // getent takes a number for the account that has it.
        if (AccountFault(login))
            return null;
        var outcome = await runner.Run(new ProcessRequest("getent", database, login), cancellation).ConfigureAwait(false);
        if (outcome.ExitCode == NotFound)
            return null;
        if (!outcome.Succeeded)
            throw new EnforcementException($"getent {database} {login} failed: {outcome.Complaint}");
        return outcome.Output.TrimEnd('\n').Split(':');
    }

    private static bool AccountFault(string login) => login.Length == 0 || login[0] == '-' || login.All(char.IsAsciiDigit);
}
