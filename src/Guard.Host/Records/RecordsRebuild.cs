using System.Data.Common;
using System.Text.Json;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Npgsql;
using Serilog;

namespace Guard.Host.Records;

/// <summary>
/// Fills the list of accounts when the records are new or were lost: every account in the journal is asked how it stands. What is heard live meanwhile is newer and
/// stays.
/// </summary>
internal sealed class RecordsRebuild(GuardSettings settings, RecordsDatabase database, InspectedNode node, ILogger log)
{
    private const int AtOnce = 8;
    private const string Done = "rebuilt";

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            var done = await database.ReadAsync(connection => RecordsDatabase.QueryAsync(connection, null, "SELECT value FROM console_meta WHERE name = @name", row => row.GetString(0), cancel, ("@name", Done)), cancel).ConfigureAwait(false);
            if (done.Count > 0)
                return;
            var users = await UsersAsync(cancel).ConfigureAwait(false);
            var silent = 0;
            await Parallel.ForEachAsync(users, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (user, stop) =>
            {
                try
                {
                    var status = await node.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), InspectedNode.Patience, stop).ConfigureAwait(false);
                    if (status.Known)
                        await WriteAsync(status, stop).ConfigureAwait(false);
                }
                catch (AskTimeoutException)
                {
                    Interlocked.Increment(ref silent);
                }
            }).ConfigureAwait(false);
            if (silent == 0)
                await database.WriteAsync((connection, transaction) => RecordsDatabase.ExecuteAsync(connection, transaction, "INSERT INTO console_meta (name, value) VALUES (@name, 'yes') ON CONFLICT (name) DO NOTHING", cancel, ("@name", Done)), cancel).ConfigureAwait(false);
            if (users.Count > 0)
                log.Information("The console's list of accounts was made from the journal: {Accounts} accounts, {Silent} did not answer", users.Count, silent);
        }
        catch (OperationCanceledException)
        {
        }
        catch (DbException failure)
        {
            log.Warning("The console's list of accounts could not be made from the journal: {Reason:l}", failure.Message);
        }
    }

    private async Task<List<UserId>> UsersAsync(CancellationToken cancel)
    {
        await using DbConnection journal = database.IsPostgres
            ? new NpgsqlConnection(settings.Persistence.PostgresConnection)
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = settings.Persistence.SqliteFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await journal.OpenAsync(cancel).ConfigureAwait(false);
        var users = new HashSet<UserId>();
        foreach (var table in new[] { "journal", "snapshot" })
        {
            try
            {
                var found = await RecordsDatabase.QueryAsync(journal, null, $"SELECT DISTINCT persistence_id FROM {table} WHERE persistence_id LIKE 'user-%'", row => new UserId(row.GetString(0)["user-".Length..]), cancel).ConfigureAwait(false);
                users.UnionWith(found);
            }
            catch (DbException)
            {
                // A journal that nobody wrote to yet has no tables.
            }
        }
        return [.. users];
    }

    private Task<int> WriteAsync(UserStatus status, CancellationToken cancel) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var country = status.Familiar.FirstOrDefault(item => item.Kind == "country")?.Name ?? "";
            var written = await RecordsDatabase.ExecuteAsync(
                connection, transaction,
                """
                INSERT INTO console_accounts (user_name, site, rung, until, score, first_seen, last_seen, country, address, logins, failures, mails, recipients, stopped, sent_day, sent_today)
                VALUES (@user, @site, @rung, @until, @score, @first, @last, @country, '', @logins, @failures, @mails, @recipients, @stopped, 0, 0)
                ON CONFLICT (user_name) DO NOTHING
                """,
                cancel, ("@user", status.User.Value), ("@site", status.Site.Value), ("@rung", (int)status.Rung), ("@until", status.Until?.ToUnixTimeMilliseconds() ?? 0), ("@score", status.LastScore),
                ("@first", status.FirstSeen?.ToUnixTimeMilliseconds() ?? 0), ("@last", status.LastSeen?.ToUnixTimeMilliseconds() ?? 0), ("@country", country), ("@logins", status.Totals.Logins),
                ("@failures", status.Totals.Failures), ("@mails", status.Totals.Submissions), ("@recipients", status.Totals.Recipients), ("@stopped", status.Totals.Stopped)).ConfigureAwait(false);
            if (written == 1 && status.Rung != Rung.Normal)
                await IncidentAsync(connection, transaction, status, cancel).ConfigureAwait(false);
            return written;
        },
        cancel);

    private static Task IncidentAsync(DbConnection connection, DbTransaction transaction, UserStatus status, CancellationToken cancel)
    {
        var begun = status.History.LastOrDefault(past => past.From == Rung.Normal) ?? status.History.LastOrDefault();
        return RecordsDatabase.ExecuteAsync(
            connection, transaction,
            """
            INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
            VALUES (@user, @site, @rung, @rung, @since, @until, 0, '', @score, @address, @country, @mode, @reasons, @done)
            """,
            cancel, ("@user", status.User.Value), ("@site", status.Site.Value), ("@rung", (int)status.Rung), ("@since", (begun?.At ?? status.LastSeen ?? default).ToUnixTimeMilliseconds()),
            ("@until", status.Until?.ToUnixTimeMilliseconds() ?? 0), ("@score", status.LastScore), ("@address", begun?.Address ?? ""), ("@country", begun?.Country ?? ""), ("@mode", (int)status.Mode),
            ("@reasons", ReasonsJson.Write(status.LastReasons)), ("@done", JsonSerializer.Serialize(new[] { IncidentText.Consequence(status.Rung, status.Until, status.Mode) })));
    }
}
