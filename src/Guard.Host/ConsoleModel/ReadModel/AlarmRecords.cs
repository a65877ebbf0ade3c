using System.Data.Common;
using System.Text.Json;
using Guard.Actors.Policies;
using Guard.Host.ConsoleModel.Store;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>A day of an account on which its score was notable.</summary>
internal readonly record struct NotableDay(string User, long Day, double Score);

/// <summary>A curve as it is kept.</summary>
/// <param name="Day">On which it was made, since 1970.</param>
internal sealed record KeptCurve(long Day, AlarmCurve Curve);

/// <summary>Reads from the records how high scores went in ordinary life.</summary>
internal static class AlarmRecords
{
    /// <summary>Days that are looked at, up to today.</summary>
    public const int Days = 56;

    private const string Kept = "alarms";
    private const long DayLength = 86_400_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// The last <see cref="Days"/> whole days. An account that is still learnt raises no alarm, and is left out. An account that was locked, and of which nobody said that it was
    /// the owner, is taken for stolen from the day before its incident on until that ended.
    /// </summary>
    /// <param name="today">Since 1970.</param>
    /// <param name="learning">Days for which accounts are learnt.</param>
    public static Task<AlarmCurve> CurveAsync(RecordsDatabase database, long today, int learning, CancellationToken cancel) =>
        database.ReadAsync(
            async connection =>
            {
                (string, object?)[] window =
                [
                    ("@from", (today - Days) * DayLength),
                    ("@to", today * DayLength),
                    ("@learning", learning * DayLength),
                    ("@length", DayLength),
                ];
                var months = await MonthsAsync(connection, window, cancel).ConfigureAwait(false);
                var stolen = await StolenAsync(connection, today, window[0], cancel).ConfigureAwait(false);
                var days = await RecordsDatabase
                    .QueryAsync(
                        connection,
                        null,
                        """
                        SELECT console_peaks.user_name, day, console_peaks.score FROM console_peaks JOIN console_accounts ON console_accounts.user_name = console_peaks.user_name
                        WHERE day * @length >= @from AND day * @length < @to AND day * @length >= first_seen + @learning ORDER BY console_peaks.user_name, day
                        """,
                        row => new NotableDay(row.GetString(0), row.GetInt64(1), row.GetDouble(2)),
                        cancel,
                        window
                    )
                    .ConfigureAwait(false);
                return AlarmCurve.Of(months, Incidents(days.Where(day => !stolen[day.User].Any(time => day.Day >= time.From && day.Day <= time.To))));
            },
            cancel
        );

    /// <summary>The highest score of each incident: consecutive days of an account are one, as one report stands for a day.</summary>
    /// <param name="days">By account, and by day.</param>
    public static IEnumerable<double> Incidents(IEnumerable<NotableDay> days)
    {
        NotableDay? open = null;
        foreach (var day in days)
        {
            if (open is { } last && last.User == day.User && day.Day <= last.Day + 1)
            {
                open = day with { Score = Math.Max(last.Score, day.Score) };
                continue;
            }
            if (open is { } ended)
                yield return ended.Score;
            open = day;
        }
        if (open is { } latest)
            yield return latest.Score;
    }

    private static async Task<double> MonthsAsync(DbConnection connection, (string, object?)[] window, CancellationToken cancel)
    {
        // Names at which others only guess are no accounts.
        const string Begin = "CASE WHEN first_seen + @learning > @from THEN first_seen + @learning ELSE @from END";
        const string End = "CASE WHEN last_seen < @to THEN last_seen ELSE @to END";
        var watched = await RecordsDatabase
            .QueryAsync(
                connection,
                null,
                $"SELECT CAST(COALESCE(SUM({End} - {Begin}), 0) AS DOUBLE PRECISION) FROM console_accounts WHERE logins + mails > 0 AND last_seen >= @from AND {End} > {Begin}",
                row => row.GetDouble(0),
                cancel,
                window[..3]
            )
            .ConfigureAwait(false);
        return watched[0] / DayLength / 30;
    }

    private static async Task<ILookup<string, (long From, long To)>> StolenAsync(
        DbConnection connection,
        long today,
        (string, object?) from,
        CancellationToken cancel
    )
    {
        var incidents = await RecordsDatabase
            .QueryAsync(
                connection,
                null,
                "SELECT user_name, since, ended FROM console_incidents WHERE rung >= @locked AND ended_how NOT LIKE 'absolved%' AND (ended = 0 OR ended >= @from)",
                row => (User: row.GetString(0), Since: row.GetInt64(1), Ended: row.GetInt64(2)),
                cancel,
                ("@locked", (int)Rung.Suspended),
                from
            )
            .ConfigureAwait(false);
        return incidents.ToLookup(one => one.User, one => (one.Since / DayLength - 1, one.Ended == 0 ? today : one.Ended / DayLength));
    }

    /// <summary>What was kept last; null for nothing.</summary>
    public static async Task<KeptCurve?> ReadAsync(RecordsDatabase database, CancellationToken cancel) =>
        await RecordsMeta.ReadAsync(database, Kept, cancel).ConfigureAwait(false) is { } kept ? JsonSerializer.Deserialize<KeptCurve>(kept, Json) : null;

    public static Task WriteAsync(RecordsDatabase database, KeptCurve curve, CancellationToken cancel) =>
        RecordsMeta.WriteAsync(database, Kept, JsonSerializer.Serialize(curve, Json), cancel);
}
