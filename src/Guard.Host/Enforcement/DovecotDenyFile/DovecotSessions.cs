using System.Collections.Immutable;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.DovecotDenyFile;

/// <summary>Ends Dovecot's sessions of an account and makes it forget the logins it remembers.</summary>
/// <param name="configuration">Another dovecot.conf than the usual one.</param>
public sealed class DovecotSessions(IProcessRunner runner, LoginNames names = LoginNames.Full, string? configuration = null) : IOpenSessions
{
    // EX_NOUSER: there was no session to end.
    private const int NoSession = 68;

    private ImmutableArray<string> Which => configuration is null ? [] : ["-c", configuration];

    public async Task End(UserId user, CancellationToken cancellation = default)
    {
        await Forget(user, cancellation).ConfigureAwait(false);
        if (Name(user) is { } name)
            Check(await runner.Run(new ProcessRequest("doveadm", [.. Which, "kick", name]), cancellation).ConfigureAwait(false), "end the sessions of", name);
    }

    /// <summary>Takes an account out of the authentication cache, where a lock or its end would not be seen.</summary>
    public async Task Forget(UserId user, CancellationToken cancellation = default)
    {
        if (Name(user) is { } name)
            Check(await runner.Run(new ProcessRequest("doveadm", [.. Which, "auth", "cache", "flush", name]), cancellation).ConfigureAwait(false), "flush the cached logins of", name);
    }

    private string? Name(UserId user) => names.Of(user) is var name && LoginNameRules.FaultInTable(name) is null ? name : null;

    private static void Check(ProcessOutcome outcome, string what, string name)
    {
        if (outcome.ExitCode is not (0 or NoSession))
            throw new EnforcementException($"doveadm could not {what} {name}: {outcome.Complaint}");
    }
}
