using System.Data.Common;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Sql;
using Guard.Host.Node.Health;
using Guard.Messages.Identity;

namespace Guard.Host.Doctor;

/// <summary>Whether what carries reactions out can be reached: the helper and the administrator's database.</summary>
internal static class EnforcementChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Nobody's account, so that a statement finds nothing to change.</summary>
    private static readonly UserId Nobody = new("doctor@accountguard.invalid");

    /// <summary>For when no guard runs: one that does knows by its own user's rights whether the helper is there.</summary>
    public static Task<IReadOnlyList<Finding>> HelperAsync(GuardSettings settings, CancellationToken cancellation) =>
        HelperCheck.LookAsync(settings, Patience, cancellation);

    public static async Task<IReadOnlyList<Finding>> DatabaseAsync(GuardSettings settings, CancellationToken cancellation)
    {
        if (settings.Enforcement.Locks.Sql is not { } sql)
            return [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        return [await DatabaseAsync(sql, limit.Token).ConfigureAwait(false)];
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
