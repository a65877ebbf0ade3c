using System.Data.Common;
using System.Runtime.CompilerServices;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Accounts: the list from the records, one account from its entity.</summary>
internal sealed class RecordedAccounts(RecordsDatabase database, InspectedNode node, AccountTimeline timeline) : IAccountDirectory
{
    private const string Columns =
        "user_name, site, rung, until, score, first_seen, last_seen, country, address, logins, failures, mails, recipients, stopped, CASE WHEN sent_day = last_seen / 86400000 THEN sent_today ELSE 0 END AS sent";

    private const int DaysShown = 60;

    public async Task<Page<AccountRow>> ListAsync(AccessScope scope, AccountQuery query, CancellationToken cancel)
    {
        var (where, parameters) = Conditions(scope, query);
        var (offset, limit) = (Math.Max(0, query.Offset), Math.Clamp(query.Limit, 1, 1000));
        return await database
            .ReadAsync(
                async connection =>
                {
                    var total = await RecordsDatabase.CountAsync(connection, null, $"console_accounts {where}", cancel, parameters).ConfigureAwait(false);
                    var rows = await RecordsDatabase
                        .QueryAsync(
                            connection,
                            null,
                            $"SELECT {Columns} FROM console_accounts {where} ORDER BY {Order(query)} LIMIT {limit} OFFSET {offset}",
                            Read,
                            cancel,
                            parameters
                        )
                        .ConfigureAwait(false);
                    return new Page<AccountRow>([.. rows], total, offset);
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    public IAsyncEnumerable<AccountRow> AllAsync(AccessScope scope, AccountQuery query, CancellationToken cancel)
    {
        // Refused before the first row, not in the midst of a file.
        _ = Conditions(scope, query);
        return PagesAsync(scope, query, cancel);
    }

    private async IAsyncEnumerable<AccountRow> PagesAsync(AccessScope scope, AccountQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        const int AtOnce = 1000;
        for (var offset = 0; ; offset += AtOnce)
        {
            var page = await ListAsync(scope, query with { Offset = offset, Limit = AtOnce }, cancel).ConfigureAwait(false);
            foreach (var row in page.Items)
                yield return row;
            if (page.Items.Length < AtOnce)
                yield break;
        }
    }

    public async Task<AccountDetail> GetAsync(AccessScope scope, UserId user, CancellationToken cancel)
    {
        scope.Demand(AccessRights.View, user, node.Policies.Current.SiteOf(user));
        var status = await Answers.AskAsync<UserStatus>(node, node.Regions.Users, new UserCommands.GetStatus(user), cancel).ConfigureAwait(false);
        // A lock by hand may come before the first login.
        if (!status.Known && status.History.IsEmpty)
            throw new NotThereException($"no account {user}");
        var days = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT day, logins, failures, mails, recipients, stopped FROM console_days WHERE user_name = @user ORDER BY day DESC LIMIT {DaysShown}",
                        row => new AccountDay(
                            DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + (int)row.GetInt64(0)),
                            row.GetInt64(1),
                            row.GetInt64(2),
                            row.GetInt64(3),
                            row.GetInt64(4),
                            row.GetInt64(5)
                        ),
                        cancel,
                        ("@user", user.Value)
                    ),
                cancel
            )
            .ConfigureAwait(false);
        days.Reverse();
        status = await AccountStanding.CompleteAsync(node, status, cancel).ConfigureAwait(false);
        return new AccountDetail(status, ExplainedReason.Of(status.LastReasons), [.. days], IncidentText.Consequence(status.Rung, status.Until, status.Mode))
        {
            Gaps = ExplainedReason.Of(status.Gaps),
            HeldHow = status.HeldMails == 0 ? "" : AccountWayBack.HeldHow(user),
        };
    }

    public Task<Timeline> TimelineAsync(AccessScope scope, UserId user, TimelineQuery query, CancellationToken cancel)
    {
        var site = node.Policies.Current.SiteOf(user);
        scope.Demand(AccessRights.View, user, site);
        return timeline.ReadAsync(user, site, query, cancel);
    }

    private static (string Where, (string, object?)[] Parameters) Conditions(AccessScope scope, AccountQuery query)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var conditions = new SqlConditions();
        conditions.InReach(scope, "site", "user_name");
        conditions.Contains(query.Search, "user_name");
        conditions.Equal("site", query.Site?.Value);
        conditions.Equal("country", query.Country);
        if (query.AtLeast > Rung.Normal)
            conditions.AtLeast("rung", (int)query.AtLeast);
        return (conditions.Where, conditions.Parameters);
    }

    private static string Order(AccountQuery query)
    {
        var direction = query.Descending ? " DESC" : "";
        var columns = query.Sort switch
        {
            AccountSort.Site => ["site"],
            AccountSort.Risk => ["rung", "score"],
            AccountSort.LastSeen => ["last_seen"],
            AccountSort.Sent => ["sent"],
            AccountSort.Logins => ["logins"],
            AccountSort.Country => ["country"],
            _ => (string[])[],
        };
        return string.Join(", ", columns.Select(column => column + direction).Append(query.Sort == AccountSort.Name ? $"user_name{direction}" : "user_name"));
    }

    private static AccountRow Read(DbDataReader row) =>
        new(
            new UserId(row.GetString(0)),
            new SiteId(row.GetString(1)),
            (Rung)row.GetInt32(2),
            row.GetInt64(3) is > 0 and var until ? Time(until) : null,
            Math.Round(row.GetDouble(4), 1),
            Time(row.GetInt64(5)),
            Time(row.GetInt64(6)),
            row.GetString(7),
            row.GetString(8),
            row.GetInt64(9),
            row.GetInt64(10),
            row.GetInt64(11),
            row.GetInt64(12),
            row.GetInt64(13),
            row.GetInt64(14)
        );

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);
}
