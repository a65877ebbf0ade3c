using System.Data.Common;
using Akka.Actor;
using Guard.Actors.Users;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Intake.Routing;
using Guard.Host.Node;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Serilog;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Fills the list of accounts when the records are new or were lost: every account in the journal is read, without waking it. What is heard live meanwhile is
/// newer and stays.
/// </summary>
internal sealed class RecordsRebuild(StoredAccounts stored, RecordsDatabase database, InspectedNode node, ILogger log)
{
    /// <summary>Accounts read and written as one; their states are in memory together, a few MiB.</summary>
    private const int AtOnce = 500;
    private const string Done = "rebuilt";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            if (await RecordsMeta.ReadAsync(database, Done, cancel).ConfigureAwait(false) is not null)
                return;
            var readers = node.System.ActorOf(UserReaders.Props(), "list-of-accounts");
            var (read, silent) = (0, 0);
            try
            {
                // A database that lacks a table of the two has no account: whoever was counted was looked for in both.
                for (
                    var page = await stored.AfterAsync("", AtOnce).ConfigureAwait(false);
                    page is not null;
                    page = await stored.AfterAsync(page.Position, AtOnce).ConfigureAwait(false)
                )
                {
                    var states = await Task.WhenAll(
                            (await UnlistedAsync(page.Users, cancel).ConfigureAwait(false)).Select(user => ReadAsync(readers, user, cancel))
                        )
                        .ConfigureAwait(false);
                    read += states.Count(state => state is not null);
                    silent += states.Count(state => state is null);
                    await WriteAsync([.. states.OfType<UserState>().Where(state => state.IsKnown).Select(Describe)], cancel).ConfigureAwait(false);
                }
            }
            finally
            {
                node.System.Stop(readers);
            }
            if (silent == 0)
                await RecordsMeta.WriteAsync(database, Done, "yes", cancel).ConfigureAwait(false);
            if (read + silent > 0)
                log.Information("The console's list of accounts was made from the journal: {Accounts} accounts read, {Silent} could not be", read, silent);
        }
        catch (OperationCanceledException) { }
        catch (DbException failure)
        {
            log.Warning("The console's list of accounts could not be made from the journal: {Reason:l}", failure.Message);
        }
    }

    private UserStatus Describe(UserState state)
    {
        var site = node.Policies.Current.SiteOf(state.User);
        return UserDescription.Of(state, site, node.Policies.Current.For(site).For(state.User), Rung.Normal, node.Clock.Present);
    }

    private static async Task<UserState?> ReadAsync(IActorRef readers, UserId user, CancellationToken cancel)
    {
        try
        {
            return await readers.Ask<UserState>(user, Patience, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The journal's own exceptions come as they are, of whichever engine; it is asked again at the next start.
            return null;
        }
    }

    private Task<IEnumerable<UserId>> UnlistedAsync(IReadOnlyList<UserId> users, CancellationToken cancel) =>
        database.ReadAsync(
            async connection =>
            {
                var names = users.Select((user, index) => ($"@user{index}", (object?)user.Value)).ToArray();
                var listed = await RecordsDatabase
                    .QueryAsync(
                        connection,
                        null,
                        $"SELECT user_name FROM console_accounts WHERE user_name IN ({string.Join(", ", names.Select(name => name.Item1))})",
                        row => new UserId(row.GetString(0)),
                        cancel,
                        names
                    )
                    .ConfigureAwait(false);
                return users.Except(listed);
            },
            cancel
        );

    private Task<int> WriteAsync(UserStatus[] found, CancellationToken cancel) =>
        database.WriteAsync(
            async (connection, transaction) =>
            {
                var written = 0;
                foreach (var status in found)
                    written += await WriteAsync(connection, transaction, status, cancel).ConfigureAwait(false);
                return written;
            },
            cancel
        );

    private static async Task<int> WriteAsync(DbConnection connection, DbTransaction transaction, UserStatus status, CancellationToken cancel)
    {
        var country = status.Familiar.FirstOrDefault(item => item.Kind == "country")?.Name ?? "";
        var written = await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                """
                INSERT INTO console_accounts (user_name, site, rung, until, score, first_seen, last_seen, country, address, logins, failures, mails, recipients, stopped, sent_day, sent_today)
                VALUES (@user, @site, @rung, @until, @score, @first, @last, @country, '', @logins, @failures, @mails, @recipients, @stopped, 0, 0)
                ON CONFLICT (user_name) DO NOTHING
                """,
                cancel,
                ("@user", status.User.Value),
                ("@site", status.Site.Value),
                ("@rung", (int)status.Rung),
                ("@until", status.Until?.ToUnixTimeMilliseconds() ?? 0),
                ("@score", status.LastScore),
                ("@first", status.FirstSeen?.ToUnixTimeMilliseconds() ?? 0),
                ("@last", status.LastSeen?.ToUnixTimeMilliseconds() ?? 0),
                ("@country", country),
                ("@logins", status.Totals.Logins),
                ("@failures", status.Totals.Failures),
                ("@mails", status.Totals.Submissions),
                ("@recipients", status.Totals.Recipients),
                ("@stopped", status.Totals.Stopped)
            )
            .ConfigureAwait(false);
        if (written == 1)
            await HistoryAsync(connection, transaction, status, cancel).ConfigureAwait(false);
        return written;
    }

    /// <summary>What the account remembers of itself becomes its time line and incidents as if it were heard now, with who did what and why.</summary>
    private static async Task HistoryAsync(DbConnection connection, DbTransaction transaction, UserStatus status, CancellationToken cancel)
    {
        NotableChange[] past =
        [
            .. status.History.Select(one => new NotableChange(
                status.User,
                status.Site,
                new ReactionChanged(
                    one.At,
                    one.From,
                    one.To,
                    one.Until,
                    one.Score,
                    NetworkAddress.TryParse(one.Address, out var address) ? address : default,
                    one.Country,
                    one.Reasons
                )
                {
                    By = one.By,
                },
                0
            )),
        ];
        var modes = new Dictionary<NotableChange, GuardMode>(ReferenceEqualityComparer.Instance);
        foreach (var change in past)
            modes[change] = status.Mode;
        var incidents = new IncidentRecorder(connection, transaction, modes, cancel);
        foreach (var change in past)
            await incidents.TakeAsync(change).ConfigureAwait(false);
        // It may have been prolonged since.
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                "UPDATE console_incidents SET until = @until WHERE user_name = @user AND ended = 0",
                cancel,
                ("@until", status.Until?.ToUnixTimeMilliseconds() ?? 0),
                ("@user", status.User.Value)
            )
            .ConfigureAwait(false);
    }
}
