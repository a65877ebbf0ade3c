using System.Collections.Immutable;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.DovecotDenyFile;

/// <summary>Ends Dovecot's sessions of an account and makes it forget the logins it remembers.</summary>
/// <param name="configuration">Another dovecot.conf than the usual one.</param>
public sealed class DovecotSessions(IProcessRunner runner, AccountLogins? logins = null, string? configuration = null) : IOpenSessions
{
    // EX_NOUSER: there was no session to end.
    private const int NoSession = 68;

    private readonly AccountLogins _logins = logins ?? AccountLogins.Full;

    private ImmutableArray<string> Which => configuration is null ? [] : ["-c", configuration];

    public async Task<string?> End(UserId user, CancellationToken cancellation = default)
    {
        await Forget(user, cancellation).ConfigureAwait(false);
        var (names, fault) = Names(user);
        foreach (var name in names)
            Check(
                await runner.Run(new ProcessRequest("doveadm", [.. Which, "kick", name.Value]), cancellation).ConfigureAwait(false),
                "end the sessions of",
                name
            );
        return names.Count > 0 ? null : fault;
    }

    /// <summary>Takes an account out of the authentication cache, where a lock or its end would not be seen.</summary>
    public async Task Forget(UserId user, CancellationToken cancellation = default)
    {
        foreach (var name in Names(user).Names)
            Check(
                await runner.Run(new ProcessRequest("doveadm", [.. Which, "auth", "cache", "flush", name.Value]), cancellation).ConfigureAwait(false),
                "flush the cached logins of",
                name
            );
    }

    /// <summary>What kick would take for an address or a mask, and so for everybody's sessions, is never said to it.</summary>
    private (IReadOnlyList<ToolName> Names, string Fault) Names(UserId user)
    {
        var (names, last) = (new List<ToolName>(), _logins.Missing(user));
        foreach (var text in _logins.Of(user))
        {
            if (ToolName.TryParse(text, ToolNameUse.Argument, out var name, out var fault))
                names.Add(name);
            else
                last = fault;
        }
        return (names, last);
    }

    private static void Check(ProcessOutcome outcome, string what, ToolName name)
    {
        if (outcome.ExitCode is not (0 or NoSession))
            throw new EnforcementException($"doveadm could not {what} {name}: {outcome.Complaint}");
    }
}
