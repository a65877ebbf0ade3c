using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Guard.Actors.Policies.Geography;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Node;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>What goes on now: incidents, map and rates from the records, decisions as they are made.</summary>
internal sealed class RecordedLiveView(RecordsDatabase database, InspectedNode node, NodeHealth health, LiveHub hub) : ILiveView
{
    private const string IncidentColumns = "id, user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done";

    /// <summary>Amounts are kept by account and day.</summary>
    private const string Amounts =
        "FROM console_days WHERE console_days.user_name = console_incidents.user_name AND day >= since / 86400000 AND (ended = 0 OR day <= ended / 86400000)";

    /// <summary>What is shown: where it stands, or how high it came once it is over.</summary>
    private const string StandingRung = "CASE WHEN ended = 0 THEN standing ELSE rung END";

    /// <summary>What ended longer ago is no longer kept.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(366);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    public async Task<Page<Incident>> IncidentsAsync(AccessScope scope, IncidentQuery query, CancellationToken cancel)
    {
        var conditions = View(scope, "user_name");
        if (query.Open is { } open)
            conditions.Also(open ? "ended = 0" : "ended > 0");
        conditions.Equal("site", query.Site?.Value);
        conditions.Equal("user_name", query.User?.Value);
        conditions.AtLeast("rung", (int)query.AtLeast);
        conditions.Equal("id", query.Id);
        conditions.AtLeast("since", query.Since?.ToUnixTimeMilliseconds());
        conditions.AtLeast("since", query.Back is { } back ? (node.Clock.Present - Bounded(back, Kept)).ToUnixTimeMilliseconds() : null);
        conditions.Below("since", query.Before?.ToUnixTimeMilliseconds());
        conditions.Contains(query.Reason is { Length: > 0 } code ? $"\"{code}\"" : null, "reasons");
        conditions.Equal(StandingRung, query.OnRung is { } rung ? (int)rung : null);
        conditions.Equal("country", query.Country);
        conditions.Contains(query.Search, "user_name", "address", "reasons");
        var sorted = query.Sort switch
        {
            IncidentSort.Severity => $"{StandingRung} DESC, score DESC, since DESC",
            IncidentSort.Oldest => "since ASC",
            IncidentSort.Account => "user_name ASC, since DESC",
            IncidentSort.Mails => $"COALESCE((SELECT SUM(mails) {Amounts}), 0) DESC, since DESC",
            IncidentSort.Stopped => $"COALESCE((SELECT SUM(stopped) {Amounts}), 0) DESC, since DESC",
            _ => "since DESC",
        };
        var order = $"CASE WHEN ended = 0 THEN 0 ELSE 1 END, {sorted}, id DESC";
        var (offset, limit) = (Math.Max(0, query.Offset), Math.Clamp(query.Limit, 1, 1000));
        var page = await database
            .ReadAsync(
                async connection =>
                {
                    var total = await RecordsDatabase
                        .CountAsync(connection, null, $"console_incidents {conditions.Where}", cancel, conditions.Parameters)
                        .ConfigureAwait(false);
                    var rows = await RecordsDatabase
                        .QueryAsync(
                            connection,
                            null,
                            // Days are added up for those that are shown alone.
                            $"""
                            SELECT {IncidentColumns}, (SELECT SUM(mails) {Amounts}), (SELECT SUM(stopped) {Amounts}) FROM console_incidents
                            WHERE id IN (SELECT id FROM console_incidents {conditions.Where} ORDER BY {order} LIMIT {limit} OFFSET {offset})
                            ORDER BY {order}
                            """,
                            Read,
                            cancel,
                            conditions.Parameters
                        )
                        .ConfigureAwait(false);
                    return new Page<Incident>([.. rows], total, query.Offset);
                },
                cancel
            )
            .ConfigureAwait(false);
        if (page.Items.IsEmpty)
            return page;
        var held = await AccountStanding.HeldAsync(node, query.User, cancel).ConfigureAwait(false);
        var standing = page.Items.Where(incident => incident.Ended is null && incident.Rung >= Rung.Suspended).ToArray();
        var alarms =
            standing.Length == 0 ? [] : await database.ReadAsync(connection => AlarmsAsync(connection, standing, cancel), cancel).ConfigureAwait(false);
        return page with { Items = [.. page.Items.Select(incident => Complete(incident, held, alarms))] };
    }

    /// <summary>What alarms of open incidents said of locks and blocks that do not hold: the last of each account.</summary>
    private static async Task<Dictionary<UserId, ImmutableArray<ExplainedReason>>> AlarmsAsync(
        DbConnection connection,
        Incident[] standing,
        CancellationToken cancel
    )
    {
        var alarms = new Dictionary<UserId, ImmutableArray<ExplainedReason>>();
        foreach (var incident in standing)
        {
            var said = await RecordsDatabase
                .QueryAsync(
                    connection,
                    null,
                    "SELECT reasons FROM console_notable WHERE user_name = @user AND kind = @kind AND at >= @since ORDER BY at DESC LIMIT 5",
                    row => ReasonsJson.Read(row.GetString(0)),
                    cancel,
                    ("@user", incident.User.Value),
                    ("@kind", (int)TimelineKind.Alarm),
                    ("@since", incident.Since.ToUnixTimeMilliseconds())
                )
                .ConfigureAwait(false);
            if (
                said.FirstOrDefault(reasons => reasons is [{ Code: ReasonCodes.LockNotHeld or ReasonCodes.BlockNotHeld }, ..]) is
                { IsDefaultOrEmpty: false } unheld
            )
                alarms[incident.User] = unheld;
        }
        return alarms;
    }

    private Incident Complete(Incident incident, IReadOnlyDictionary<UserId, int> held, Dictionary<UserId, ImmutableArray<ExplainedReason>> alarms)
    {
        var mails = held.GetValueOrDefault(incident.User);
        return incident with
        {
            HeldMails = mails,
            HeldHow = mails == 0 ? "" : AccountWayBack.HeldHow(incident.User),
            Unheld =
                incident.Ended is not null ? []
                : alarms.TryGetValue(incident.User, out var said) ? said
                : ExplainedReason.Of(AccountStanding.GapsOf(node, incident.Rung, incident.Mode)),
        };
    }

    public async Task<ImmutableArray<CountryCount>> MapAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel)
    {
        var conditions = View(scope, null);
        conditions.Equal("site", site?.Value);
        conditions.AtLeast("hour", (node.Clock.Present - Bounded(back, TimeSpan.FromDays(31))).ToUnixTimeSeconds() / 3600);
        var rows = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT country, SUM(logins), SUM(failures), SUM(mails), SUM(blocked) FROM console_countries {conditions.Where} GROUP BY country ORDER BY country",
                        row => new CountryCount(row.GetString(0), Countries.NameOf(row.GetString(0)), Long(row, 1), Long(row, 2), Long(row, 3), Long(row, 4)),
                        cancel,
                        conditions.Parameters
                    ),
                cancel
            )
            .ConfigureAwait(false);
        return [.. rows];
    }

    public async Task<ImmutableArray<RatePoint>> RatesAsync(AccessScope scope, TimeSpan back, SiteId? site, CancellationToken cancel)
    {
        var conditions = View(scope, null);
        conditions.Equal("site", site?.Value);
        conditions.AtLeast("minute", (node.Clock.Present - Bounded(back, TimeSpan.FromDays(1))).ToUnixTimeSeconds() / 60);
        var rows = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        $"SELECT minute, SUM(logins), SUM(failures), SUM(mails), SUM(recipients), SUM(refused), SUM(reactions) FROM console_minutes {conditions.Where} GROUP BY minute ORDER BY minute",
                        row => new RatePoint(
                            DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0) * 60),
                            Long(row, 1),
                            Long(row, 2),
                            Long(row, 3),
                            Long(row, 4),
                            Long(row, 5),
                            Long(row, 6)
                        ),
                        cancel,
                        conditions.Parameters
                    ),
                cancel
            )
            .ConfigureAwait(false);
        return [.. rows];
    }

    public Task<ImmutableArray<HealthItem>> HealthAsync(AccessScope scope, CancellationToken cancel)
    {
        scope.DemandEverywhere(AccessRights.View);
        return health.LookAsync(cancel);
    }

    public async IAsyncEnumerable<LiveTick> FollowAsync(AccessScope scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var follower = hub.Add(scope);
        try
        {
            using var timer = new PeriodicTimer(Tick);
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                if (follower.Tick() is { } tick)
                    yield return tick;
            }
        }
        finally
        {
            hub.Remove(follower);
        }
    }

    private static SqlConditions View(AccessScope scope, string? userColumn)
    {
        if (!scope.May(AccessRights.View))
            throw new AccessDeniedException("this needs the right to view");
        var conditions = new SqlConditions();
        conditions.InReach(scope, "site", userColumn);
        return conditions;
    }

    private static TimeSpan Bounded(TimeSpan back, TimeSpan most) =>
        back < TimeSpan.Zero ? TimeSpan.Zero
        : back > most ? most
        : back;

    private static Incident Read(DbDataReader row)
    {
        var ended = row.GetInt64(7);
        return new Incident(
            row.GetInt64(0),
            new UserId(row.GetString(1)),
            new SiteId(row.GetString(2)),
            (Rung)row.GetInt32(ended == 0 ? 4 : 3),
            Time(row.GetInt64(5)),
            row.GetInt64(6) is > 0 and var until ? Time(until) : null,
            ended > 0 ? Time(ended) : null,
            row.GetString(8),
            Math.Round(row.GetDouble(9), 1),
            row.GetString(10),
            row.GetString(11),
            (GuardMode)row.GetInt32(12),
            ReasonsJson.Read(row.GetString(13)),
            [.. JsonSerializer.Deserialize<string[]>(row.GetString(14)) ?? []]
        )
        {
            Mails = row.IsDBNull(15) ? 0 : Long(row, 15),
            Stopped = row.IsDBNull(16) ? 0 : Long(row, 16),
        };
    }

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    /// <summary>PostgreSQL sums into numerics.</summary>
    private static long Long(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
