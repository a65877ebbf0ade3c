using System.Data.Common;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.Sql;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Doctor;

/// <summary>Whether what carries reactions out can be reached: the helper and the administrator's database.</summary>
internal static class EnforcementChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Nobody's account, so that a statement finds nothing to change.</summary>
    private static readonly UserId Nobody = new("doctor@accountguard.invalid");

    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        if (settings.Enforcement.Helper.Socket.Length > 0)
            findings.AddRange(await HelperAsync(settings, limit.Token).ConfigureAwait(false));
        if (settings.Enforcement.Locks.Sql is { } sql)
            findings.Add(await DatabaseAsync(sql, limit.Token).ConfigureAwait(false));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> HelperAsync(GuardSettings settings, CancellationToken cancellation)
    {
        var socket = settings.Enforcement.Helper.Socket;
        var check = $"helper {socket}";
        try
        {
            var client = new HelperClient(socket);
            var able = (await client.Ask(new HelperRequest.Describe(), cancellation).ConfigureAwait(false)).Abilities;
            var missing = HelperBackends.Of(settings, client).Abilities().Except(able).ToArray();
            return missing.Length == 0
                ? [Finding.Ok(check, $"answers; it does {(able.Count == 0 ? "nothing" : string.Join(", ", able))}")]
                :
                [
                    Finding.Fault(
                        check,
                        $"answers, but its own settings do not switch on {string.Join(", ", missing)}",
                        $"switch it on in {Commands.HelperCommand.UsualSettings} as well, or off here"
                    ),
                ];
        }
        catch (Exception failure) when (failure is EnforcementException or OperationCanceledException)
        {
            return [Finding.Fault(check, failure.Message, "systemctl start accountguard-helper.socket; ask as the guard's own user or as root")];
        }
    }

    private static async Task<Finding> DatabaseAsync(SqlSettings sql, CancellationToken cancellation)
    {
        var check = $"database {sql.Provider.ToString().ToLowerInvariant()}";
        try
        {
            var rows = await SqlAccountLock.Rehearse(new SqlDatabase(sql.Provider, sql.Connection), sql.Statements, Nobody, cancellation).ConfigureAwait(false);
            return rows == 0
                ? Finding.Ok(check, "answers, and knows the tables of all statements")
                : Finding.Fault(check, $"the statements would change {rows} rows for an account that does not exist", "give them a condition on @user");
        }
        catch (Exception failure) when (failure is DbException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return Finding.Fault(check, failure.Message, "correct enforcement.locks.sql, or the rights of its user");
        }
    }
}
