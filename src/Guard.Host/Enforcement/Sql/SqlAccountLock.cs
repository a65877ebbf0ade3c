using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Locks;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Sql;

/// <summary>What AccountGuard did to an account in a database.</summary>
/// <param name="Ours">False when the account was locked before by somebody else: it stays so.</param>
internal sealed record SqlDeed(UserId User, DateTimeOffset? Until, bool Ours, LockGrade Grade);

/// <summary>
/// Locks accounts by an administrator's statements in a hosting panel's database, each in a transaction of its own. What was done is remembered in a file
/// before it is done, so that this and nothing else is taken back; an account that somebody else had locked is left alone both ways.
/// </summary>
public sealed class SqlAccountLock(SqlDatabase database, SqlStatements statements, string ledgerPath) : IAccountLock
{
    private readonly LockLedger<SqlDeed> _ledger = new(ledgerPath, LedgerJson.Default.SqlDeeds);

    /// <summary>A statement that is not told the grade locks everything.</summary>
    public bool Carries(LockGrade grade) => grade == LockGrade.Everything || statements.Lock.Mentions("grade");

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        var refused = new List<RefusedLock>();
        UserId[] gone = [.. remove.Except(add.Select(wanted => wanted.User)).Where(user => _ledger.Entries.ContainsKey(user.Value))];
        if (add.Count + gone.Length == 0)
            return refused;
        await using var connection = await database.Open(cancellation).ConfigureAwait(false);
        DbException? failed = null;
        foreach (var wanted in add)
            await Carry(async () =>
                {
                    if (await LockOrRefuse(connection, wanted, cancellation).ConfigureAwait(false) is { } why)
                        refused.Add(new RefusedLock(wanted.User, why));
                })
                .ConfigureAwait(false);
        foreach (var user in gone)
            await Carry(() => Unlock(connection, user, cancellation)).ConfigureAwait(false);
        if (failed is not null)
            ExceptionDispatchInfo.Throw(failed);
        return refused;

        async Task Carry(Func<Task> deed)
        {
            try
            {
                await deed().ConfigureAwait(false);
            }
            catch (DbException failure) when (connection.State == ConnectionState.Open && !failure.IsTransient)
            {
                // What the database has against one account is no reason to leave the others alone; the call comes again for it.
                failed ??= failure;
            }
        }
    }

    public Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyCollection<StandingLock>>([.. _ledger.Entries.Values.Select(deed => new StandingLock(deed.User, deed.Until))]);

    /// <summary>Carries all statements out for an account and takes it back. Returns how many rows they would have changed.</summary>
    /// <exception cref="DbException">The database does not answer, or does not know what the statements speak of.</exception>
    public static async Task<int> Rehearse(SqlDatabase database, SqlStatements statements, UserId user, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var rows = 0;
        foreach (var statement in new[] { statements.Lock, statements.Unlock, statements.Check }.OfType<SqlStatement>())
        {
            await using var command = await statement.On(connection, transaction, Values(new WantedLock(user, null)), cancellation).ConfigureAwait(false);
            rows += Math.Max(0, await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false));
        }
        await transaction.RollbackAsync(cancellation).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Why the account cannot be locked here, or null.</summary>
    private async Task<string?> LockOrRefuse(DbConnection connection, WantedLock wanted, CancellationToken cancellation)
    {
        if (!IsPossible(wanted.User))
            return "no account has a name with blanks, control characters or halves of characters";
        var known = _ledger.Entries.ContainsKey(wanted.User.Value);
        try
        {
            return await Lock(connection, wanted, cancellation).ConfigureAwait(false);
        }
        catch (DbException failure) when (failure.SqlState is ['2', '2' or '3', ..])
        {
            // The values themselves are wrong, such as too long for their column (class 22) or against a constraint (23): they will be so the next time.
            if (!known)
                _ledger.Forget(wanted.User.Value);
            return failure.Message;
        }
    }

    private async Task<string?> Lock(DbConnection connection, WantedLock wanted, CancellationToken cancellation)
    {
        var done = _ledger.Entries.GetValueOrDefault(wanted.User.Value);
        var values = Values(wanted);
        if (done is null && statements.Check is not null)
        {
            if (await IsLocked(connection, values, cancellation).ConfigureAwait(false) is not { } locked)
                return $"the database knows no account {wanted.User}";
            if (locked)
            {
                _ledger.Note(wanted.User.Value, new SqlDeed(wanted.User, wanted.Until, false, wanted.Grade));
                return null;
            }
        }
        if (done is { Ours: false })
            return null;
        _ledger.Note(wanted.User.Value, new SqlDeed(wanted.User, wanted.Until, true, wanted.Grade));
        var why = await Change(connection, statements.Lock, values, cancellation).ConfigureAwait(false);
        // A lock that stands already may change no row.
        if (why is not null && done is null)
            _ledger.Forget(wanted.User.Value);
        return done is null ? why : null;
    }

    private async Task Unlock(DbConnection connection, UserId user, CancellationToken cancellation)
    {
        var values = Values(new WantedLock(user, null));
        // What was unlocked by hand meanwhile needs nothing; a statement that counts or logs would do it twice.
        if (_ledger.Entries[user.Value].Ours && (statements.Check is null || await IsLocked(connection, values, cancellation).ConfigureAwait(false) == true))
            await Change(connection, statements.Unlock, values, cancellation).ConfigureAwait(false);
        _ledger.Forget(user.Value);
    }

    /// <summary>The intake lets no other names through. Databases may take them for somebody else's: MySQL passes over blanks at the end, and some collations
    /// over NUL.</summary>
    private static bool IsPossible(UserId user)
    {
        foreach (var rune in user.Value.EnumerateRunes())
        {
            // Half of a surrogate pair is read as U+FFFD.
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar)
                return false;
        }
        return true;
    }

    /// <summary>Null when there is no such account.</summary>
    private async Task<bool?> IsLocked(DbConnection connection, IReadOnlyDictionary<string, string?> values, CancellationToken cancellation)
    {
        await using var command = await statements.Check!.On(connection, null, values, cancellation).ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) switch
        {
            null or DBNull => null,
            bool flag => flag,
            string text => text is not ("" or "0" or "f" or "false" or "n" or "no" or "N"),
            IConvertible number => number.ToDouble(CultureInfo.InvariantCulture) != 0,
            _ => true,
        };
    }

    /// <summary>Why nothing was changed, or null.</summary>
    private async Task<string?> Change(
        DbConnection connection,
        SqlStatement statement,
        IReadOnlyDictionary<string, string?> values,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using var command = await statement.On(connection, transaction, values, cancellation).ConfigureAwait(false);
        var rows = await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        if (rows > statements.MaxRows)
        {
            await transaction.RollbackAsync(cancellation).ConfigureAwait(false);
            return $"the statement would have changed {rows} rows, more than most-rows = {statements.MaxRows}; nothing was changed";
        }
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return rows == 0 ? "the statement changed no row" : null;
    }

    private static Dictionary<string, string?> Values(WantedLock wanted) =>
        new(StringComparer.Ordinal)
        {
            ["user"] = wanted.User.Value,
            ["local"] = wanted.User.Local,
            ["domain"] = wanted.User.Domain,
            // Universal time as text, which every database compares and stores.
            ["until"] = wanted.Until?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ["reason"] = wanted.Reason,
            ["grade"] = wanted.Grade.ToString().ToLowerInvariant(),
        };
}
