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

    /// <param name="asked">Whether a running guard was asked: it knows by its own user's rights whether the helper is there.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, bool asked, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        if (!asked)
            findings.AddRange(await HelperCheck.LookAsync(settings, Patience, cancellation).ConfigureAwait(false));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        if (settings.Enforcement.Locks.Sql is { } sql)
            findings.Add(await DatabaseAsync(sql, limit.Token).ConfigureAwait(false));
        return findings;
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
