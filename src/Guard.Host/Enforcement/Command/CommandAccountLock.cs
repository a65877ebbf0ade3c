using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Command;

/// <summary>Locks accounts by an administrator's own commands, such as a hosting panel's. They must bear being repeated.</summary>
public sealed class CommandAccountLock(IProcessRunner runner, TimeProvider clock, CommandTemplate lockCommand, CommandTemplate unlockCommand, string ledgerPath)
    : IAccountLock
{
    private readonly LockLedger<StandingLock> _ledger = new(ledgerPath, LedgerJson.Default.StandingLocks);

    /// <summary>A command that is not told the grade locks everything.</summary>
    public bool Carries(LockGrade grade) => grade == LockGrade.Everything || lockCommand.Mentions("grade");

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        var refused = new List<RefusedLock>();
        foreach (var wanted in add)
        {
            if (ToolName.FaultOf(wanted.User.Value, ToolNameUse.Argument) is { } fault)
            {
                refused.Add(new RefusedLock(wanted.User, fault));
                continue;
            }
            _ledger.Note(wanted.User.Value, new StandingLock(wanted.User, wanted.Until));
            // 0 seconds stand for "until somebody releases it".
            var seconds = wanted.Until is { } until ? Math.Max(1, (long)Math.Ceiling((until - clock.GetUtcNow()).TotalSeconds)) : 0;
            await Run(lockCommand, wanted.User, seconds, wanted.Reason, wanted.Grade, cancellation).ConfigureAwait(false);
        }
        foreach (var user in remove.Except(add.Select(wanted => wanted.User)).Where(user => _ledger.Entries.ContainsKey(user.Value)).ToArray())
        {
            await Run(unlockCommand, user, 0, "", LockGrade.Everything, cancellation).ConfigureAwait(false);
            _ledger.Forget(user.Value);
        }
        return refused;
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. _ledger.Entries.Values]);

    private async Task Run(CommandTemplate template, UserId user, long seconds, string reason, LockGrade grade, CancellationToken cancellation)
    {
        var request = template.Fill(
            ("user", user.Value),
            ("local", user.Local),
            ("domain", user.Domain),
            ("seconds", seconds.ToString(CultureInfo.InvariantCulture)),
            ("reason", reason),
            ("grade", grade.ToString().ToLowerInvariant())
        );
        var outcome = await runner.Run(request, cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"{request.Program} for {user} ended with {outcome.ExitCode}: {outcome.Complaint}");
    }
}
