using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Messages.Identity;

namespace Guard.Host.ConsoleModel.Audit;

/// <summary>
/// Accounts stand in the audit by pseudonyms, and in a table beside it by name: when an account is forgotten its name goes there, and the audit, which nobody can
/// change, stays whole. A pseudonym is chance, not a hash: names can be guessed.
/// </summary>
internal static class AuditNames
{
    private const string Mark = "account-";

    /// <summary>An entry as it is stored.</summary>
    /// <param name="notes">A name that is not known yet is noted beside its pseudonym.</param>
    public static async Task<AuditEntry> HideAsync(DbConnection connection, DbTransaction transaction, AuditEntry entry, bool notes, CancellationToken cancel)
    {
        if (!entry.Subject.Contains('@', StringComparison.Ordinal))
            return entry;
        var name = entry.Subject.ToLowerInvariant();
        var fresh = Mark + RandomNumberGenerator.GetHexString(16, lowercase: true);
        if (notes)
        {
            await RecordsDatabase
                .ExecuteAsync(
                    connection,
                    transaction,
                    "INSERT INTO console_audit_names (pseudonym, name) VALUES (@pseudonym, @name) ON CONFLICT (name) DO NOTHING",
                    cancel,
                    ("@pseudonym", fresh),
                    ("@name", name)
                )
                .ConfigureAwait(false);
        }
        var known = await RecordsDatabase
            .QueryAsync(
                connection,
                transaction,
                "SELECT pseudonym FROM console_audit_names WHERE name = @name",
                row => row.GetString(0),
                cancel,
                ("@name", name)
            )
            .ConfigureAwait(false);
        return Rename(entry, entry.Subject, known.Count > 0 ? known[0] : fresh);
    }

    /// <summary>Entries as people read them: with the names that are not forgotten.</summary>
    public static async Task<List<AuditEntry>> ShowAsync(DbConnection connection, List<AuditEntry> entries, CancellationToken cancel)
    {
        string[] subjects = [.. entries.Select(entry => entry.Subject).Where(subject => subject.StartsWith(Mark, StringComparison.Ordinal)).Distinct()];
        if (subjects.Length == 0)
            return entries;
        var parameters = subjects.Select((subject, index) => ($"@subject{index}", (object?)subject)).ToArray();
        var names = (
            await RecordsDatabase
                .QueryAsync(
                    connection,
                    null,
                    $"SELECT pseudonym, name FROM console_audit_names WHERE pseudonym IN ({string.Join(", ", parameters.Select(one => one.Item1))})",
                    row => (Pseudonym: row.GetString(0), Name: row.GetString(1)),
                    cancel,
                    parameters
                )
                .ConfigureAwait(false)
        ).ToDictionary(one => one.Pseudonym, one => one.Name);
        return [.. entries.Select(entry => names.TryGetValue(entry.Subject, out var name) ? Rename(entry, entry.Subject, name) : entry)];
    }

    public static async Task<ImmutableArray<ErasedItems>> EraseAsync(DbConnection connection, DbTransaction transaction, UserId user, CancellationToken cancel)
    {
        var known = await RecordsDatabase
            .QueryAsync(
                connection,
                transaction,
                "SELECT pseudonym, (SELECT COUNT(*) FROM console_audit WHERE subject = pseudonym) FROM console_audit_names WHERE name = @name",
                row => (Pseudonym: row.GetString(0), Entries: row.GetInt64(1)),
                cancel,
                ("@name", user.Value)
            )
            .ConfigureAwait(false);
        var removed = await RecordsDatabase
            .ExecuteAsync(connection, transaction, "DELETE FROM console_audit_names WHERE name = @name", cancel, ("@name", user.Value))
            .ConfigureAwait(false);
        var named = await RecordsDatabase
            .CountAsync(connection, transaction, "console_audit WHERE subject = @name", cancel, ("@name", user.Value))
            .ConfigureAwait(false);
        var items = ImmutableArray.CreateBuilder<ErasedItems>();
        foreach (var (pseudonym, entries) in known)
            items.Add(new ErasedItems("names in the audit", removed, 0, $"{entries} entries stay as {pseudonym}, which nothing leads back from"));
        if (named > 0)
            items.Add(new ErasedItems("old audit", 0, named, "entries of a version before pseudonyms name it: the audit cannot be changed"));
        return items.ToImmutable();
    }

    private static AuditEntry Rename(AuditEntry entry, string from, string to) =>
        entry with
        {
            Subject = to,
            Who = entry.Who.Replace(from, to, StringComparison.OrdinalIgnoreCase),
            Detail = entry.Detail.Replace(from, to, StringComparison.OrdinalIgnoreCase),
            Outcome = entry.Outcome.Replace(from, to, StringComparison.OrdinalIgnoreCase),
        };
}
