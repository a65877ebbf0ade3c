using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Command;

/// <summary>Gives an account a new password by an administrator's own command, such as a hosting panel's. What it prints, which may be a password, is not kept.</summary>
/// <param name="whyNot">Why an account's password is left alone, or null.</param>
public sealed class CommandPasswordReset(IProcessRunner runner, CommandTemplate command, Func<UserId, string?> whyNot) : IPasswordReset
{
    public async Task<string?> Reset(UserId user, string reason, CancellationToken cancellation = default)
    {
        if ((ToolName.FaultOf(user.Value, ToolNameUse.Argument) ?? whyNot(user)) is { } why)
            return why;
        var request = command.Fill(("user", user.Value), ("local", user.Local), ("domain", user.Domain), ("reason", reason));
        var outcome = await runner.Run(request, cancellation).ConfigureAwait(false);
        // Not its words: they may hold the new password.
        return outcome.Succeeded ? null : throw new EnforcementException($"{request.Program} for {user} ended with {outcome.ExitCode}");
    }
}
