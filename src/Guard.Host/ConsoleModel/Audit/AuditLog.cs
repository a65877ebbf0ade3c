using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Serilog;

namespace Guard.Host.ConsoleModel.Audit;

/// <summary>
/// The audit in a database of its own. Each entry's hash covers the entry and the hash before it, so that nothing can be changed or taken out unseen but the
/// end;
/// the log tells each hash as well, so that a copy of the log shows a cut-off end.
/// </summary>
internal sealed class AuditLog(RecordsDatabase database, string node, TimeProvider clock, ILogger log) : IAuditLog, IAccountEraser, IAsyncDisposable
{
    private const string Columns = "node, number, at, who, origin, act, site, subject, detail, outcome, hash";

    public static async Task<AuditLog> OpenAsync(GuardSettings settings, string node, TimeProvider clock, ILogger log, CancellationToken cancel) =>
        new(await RecordsDatabase.OpenAsync(settings, "audit.db", "full", RecordsSchema.Audit, cancel).ConfigureAwait(false), node, clock, log);

    public async Task<AuditEntry> WriteAsync(AuditDraft draft, CancellationToken cancel)
    {
        var entry = await database
            .WriteAsync(
                async (connection, transaction) =>
                {
                    var last = await RecordsDatabase
                        .QueryAsync(
                            connection,
                            transaction,
                            $"SELECT {Columns} FROM console_audit WHERE node = @node ORDER BY number DESC LIMIT 1",
                            Read,
                            cancel,
                            ("@node", node)
                        )
                        .ConfigureAwait(false);
                    var (number, before) = last is [{ } previous] ? (previous.Number + 1, previous.Hash) : (1, "");
                    // Milliseconds, as they are stored: the hash has to be found again from what is read.
                    var at = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
                    var next = new AuditEntry(
                        node,
                        number,
                        at,
                        Clean(draft.Who, 200),
                        Clean(draft.From, 200),
                        Clean(draft.Act, 100),
                        draft.Site,
                        Clean(draft.Subject, 500),
                        Clean(draft.Detail, 60_000),
                        Clean(draft.Outcome, 500),
                        ""
                    );
                    next = await AuditNames.HideAsync(connection, transaction, next, !draft.EndsAct, cancel).ConfigureAwait(false);
                    next = next with { Hash = HashOf(before, next) };
                    await RecordsDatabase
                        .ExecuteAsync(
                            connection,
                            transaction,
                            $"INSERT INTO console_audit ({Columns}) VALUES (@node, @number, @at, @who, @origin, @act, @site, @subject, @detail, @outcome, @hash)",
                            cancel,
                            ("@node", node),
                            ("@number", number),
                            ("@at", at.ToUnixTimeMilliseconds()),
                            ("@who", next.Who),
                            ("@origin", next.From),
                            ("@act", next.Act),
                            ("@site", next.Site?.Value ?? ""),
                            ("@subject", next.Subject),
                            ("@detail", next.Detail),
                            ("@outcome", next.Outcome),
                            ("@hash", next.Hash)
                        )
                        .ConfigureAwait(false);
                    return next;
                },
                cancel
            )
            .ConfigureAwait(false);
        log.Information(
            "Audit {Number}: {Act} {Subject} by {Who} from {From}: {Outcome:l} ({Hash})",
            entry.Number,
            entry.Act,
            Printable.Word(draft.Subject),
            Printable.Word(entry.Who),
            Printable.Word(entry.From),
            Printable.Word(entry.Outcome),
            entry.Hash[..16]
        );
        return entry;
    }

    public async Task<Page<AuditEntry>> QueryAsync(AccessScope scope, AuditQuery query, CancellationToken cancel)
    {
        var conditions = Conditions(scope, query);
        return await database
            .ReadAsync(
                async connection =>
                {
                    var total = await RecordsDatabase
                        .CountAsync(connection, null, $"console_audit {conditions.Where}", cancel, conditions.Parameters)
                        .ConfigureAwait(false);
                    var rows = await RecordsDatabase
                        .QueryAsync(
                            connection,
                            null,
                            $"SELECT {Columns} FROM console_audit {conditions.Where} ORDER BY at DESC, node, number DESC LIMIT {Math.Clamp(query.Limit, 1, 1000)} OFFSET {Math.Max(0, query.Offset)}",
                            Shown,
                            cancel,
                            conditions.Parameters
                        )
                        .ConfigureAwait(false);
                    return new Page<AuditEntry>([.. await AuditNames.ShowAsync(connection, rows, cancel).ConfigureAwait(false)], total, query.Offset);
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    // Refused before the first row, not in the midst of a file.
    public IAsyncEnumerable<AuditEntry> AllAsync(AccessScope scope, AuditQuery query, CancellationToken cancel) => PagesAsync(Conditions(scope, query), cancel);

    private async IAsyncEnumerable<AuditEntry> PagesAsync(
        (string Where, (string, object?)[] Parameters) conditions,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        const int AtOnce = 1000;
        for (var offset = 0; ; offset += AtOnce)
        {
            var from = offset;
            var rows = await database
                .ReadAsync(
                    async connection =>
                        await AuditNames
                            .ShowAsync(
                                connection,
                                await RecordsDatabase
                                    .QueryAsync(
                                        connection,
                                        null,
                                        $"SELECT {Columns} FROM console_audit {conditions.Where} ORDER BY at, node, number LIMIT {AtOnce} OFFSET {from}",
                                        Shown,
                                        cancel,
                                        conditions.Parameters
                                    )
                                    .ConfigureAwait(false),
                                cancel
                            )
                            .ConfigureAwait(false),
                    cancel
                )
                .ConfigureAwait(false);
            foreach (var row in rows)
                yield return row;
            if (rows.Count < AtOnce)
                yield break;
        }
    }

    public async Task<AuditVerification> VerifyAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.Audit);
        const int AtOnce = 5000;
        var entries = 0L;
        var nodes = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(connection, null, "SELECT DISTINCT node FROM console_audit ORDER BY node", row => row.GetString(0), cancel),
                cancel
            )
            .ConfigureAwait(false);
        foreach (var one in nodes)
        {
            var (number, hash) = (0L, "");
            while (true)
            {
                var after = number;
                var rows = await database
                    .ReadAsync(
                        connection =>
                            RecordsDatabase.QueryAsync(
                                connection,
                                null,
                                $"SELECT {Columns} FROM console_audit WHERE node = @node AND number > @after ORDER BY number LIMIT {AtOnce}",
                                Read,
                                cancel,
                                ("@node", one),
                                ("@after", after)
                            ),
                        cancel
                    )
                    .ConfigureAwait(false);
                foreach (var row in rows)
                {
                    if (row.Number != number + 1)
                        return new AuditVerification(false, entries, $"{one}: entry {number + 1} is missing");
                    if (HashOf(hash, row) != row.Hash)
                        return new AuditVerification(false, entries, $"{one}: entry {row.Number} was changed, or the one before it");
                    (number, hash) = (row.Number, row.Hash);
                    entries++;
                }
                if (rows.Count < AtOnce)
                    break;
            }
        }
        return new AuditVerification(true, entries, "");
    }

    private static string HashOf(string before, AuditEntry entry)
    {
        string[] fields =
        [
            before,
            entry.Node,
            $"{entry.Number}",
            $"{entry.At.ToUnixTimeMilliseconds()}",
            entry.Who,
            entry.From,
            entry.Act,
            entry.Site?.Value ?? "",
            entry.Subject,
            entry.Detail,
            entry.Outcome,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields))));
    }

    private static (string Where, (string, object?)[] Parameters) Conditions(AccessScope scope, AuditQuery query)
    {
        if (!scope.May(AccessRights.Audit))
            throw new AccessDeniedException("this needs the right to audit");
        var conditions = new SqlConditions();
        conditions.InReach(scope, siteColumn: "site", userColumn: null);
        conditions.ContainsOr(query.Search, "subject IN (SELECT pseudonym FROM console_audit_names WHERE LOWER(name) LIKE {0})", "who", "subject", "detail");
        conditions.Equal("who", query.Who);
        conditions.StartsWith("act", query.Act);
        conditions.Equal("site", query.Site?.Value);
        conditions.AtLeast("at", query.Since?.ToUnixTimeMilliseconds());
        conditions.Below("at", query.Before?.ToUnixTimeMilliseconds());
        return (conditions.Where, conditions.Parameters);
    }

    private static AuditEntry Read(DbDataReader row) =>
        new(
            row.GetString(0),
            row.GetInt64(1),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            row.GetString(3),
            row.GetString(4),
            row.GetString(5),
            row.GetString(6) is { Length: > 0 } site ? new SiteId(site) : null,
            row.GetString(7),
            row.GetString(8),
            row.GetString(9),
            row.GetString(10)
        );

    /// <summary>Bounded, and on one line.</summary>
    private static string Clean(string text, int most) => Printable.Of(text.Length <= most ? text : text[..(most - 1)] + "…");

    /// <summary>As it is shown: entries of former versions hold whatever a stranger typed.</summary>
    private static AuditEntry Shown(DbDataReader row)
    {
        var entry = Read(row);
        return entry with
        {
            Who = Printable.Of(entry.Who),
            From = Printable.Of(entry.From),
            Subject = Printable.Of(entry.Subject),
            Detail = Printable.Of(entry.Detail),
            Outcome = Printable.Of(entry.Outcome),
        };
    }

    /// <summary>The account's entries stay, by a pseudonym that nothing leads back from.</summary>
    public Task<System.Collections.Immutable.ImmutableArray<ErasedItems>> EraseAsync(UserId user, CancellationToken cancel) =>
        database.WriteAsync((connection, transaction) => AuditNames.EraseAsync(connection, transaction, user, cancel), cancel);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
