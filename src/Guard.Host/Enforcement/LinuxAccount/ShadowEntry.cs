using Guard.Host.Platform;

namespace Guard.Host.Enforcement.LinuxAccount;

/// <summary>What <c>getent</c> says of a system account.</summary>
internal readonly record struct ShadowEntry(string Password, string Expiry)
{
    private const int NotFound = 2;

    public bool HasUsablePassword => Password.Length > 0 && Password[0] is not ('!' or '*');

    // usermod -U refuses to unlock a password that is nothing but its lock.
    public bool HasLockedPassword => Password.Length > 1 && Password[0] == '!' && Password[1] is not ('!' or '*');

    public static async Task<ShadowEntry?> Of(IProcessRunner runner, string login, CancellationToken cancellation) =>
        await Fields(runner, "shadow", login, cancellation).ConfigureAwait(false) is { Length: >= 8 } fields ? new ShadowEntry(fields[1], fields[7]) : null;

    public static async Task<uint?> Uid(IProcessRunner runner, string login, CancellationToken cancellation) =>
        await Fields(runner, "passwd", login, cancellation).ConfigureAwait(false) is { Length: >= 3 } fields && uint.TryParse(fields[2], out var uid) ? uid : null;

    /// <summary>User and group number.</summary>
    public static async Task<(uint User, uint Group)?> Ids(IProcessRunner runner, string login, CancellationToken cancellation) =>
        await Fields(runner, "passwd", login, cancellation).ConfigureAwait(false) is { Length: >= 4 } fields && uint.TryParse(fields[2], out var user) && uint.TryParse(fields[3], out var group) ? (user, group) : null;

    private static async Task<string[]?> Fields(IProcessRunner runner, string database, string login, CancellationToken cancellation)
    {
        var outcome = await runner.Run(new ProcessRequest("getent", database, login), cancellation).ConfigureAwait(false);
        if (outcome.ExitCode == NotFound)
            return null;
        if (!outcome.Succeeded)
            throw new EnforcementException($"getent {database} {login} failed: {outcome.Complaint}");
        return outcome.Output.TrimEnd('\n').Split(':');
    }
}
