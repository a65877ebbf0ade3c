using System.Data.Common;
using Guard.Host.ConsoleModel.Store;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Writes what came together in a buffer: amounts are added to, the latest state of an account replaces the one before.</summary>
internal sealed class RecordsTransaction(DbConnection connection, DbTransaction transaction, CancellationToken cancel)
{
    /// <summary>Another node, which the account moved to, wrote what came later first. A journal that was restored counts on from less, but tells of uses
    /// that are newer.</summary>
    private const string IsOvertaken = "(excluded.number < console_accounts.number AND excluded.last_seen <= console_accounts.last_seen)";

    private static readonly string Latest = string.Join(
        ", ",
        "site, rung, until, score, first_seen, last_seen, logins, failures, mails, recipients, stopped, sent_day, number"
            .Split(", ")
            .Select(column => $"{column} = CASE WHEN {IsOvertaken} THEN console_accounts.{column} ELSE excluded.{column} END")
    );

    public async Task AccountsAsync(RecordsBuffer buffer)
    {
        await using var statement = new PreparedStatement(
            connection,
            transaction,
            $"""
            INSERT INTO console_accounts (user_name, site, rung, until, score, first_seen, last_seen, country, address, logins, failures, mails, recipients, stopped, sent_day, sent_today, number)
            VALUES (@user, @site, @rung, @until, @score, @first, @last, @country, @address, @logins, @failures, @mails, @recipients, @stopped, @day, @sent, @number)
            ON CONFLICT (user_name) DO UPDATE SET
                {Latest},
                country = CASE WHEN excluded.country = '' OR ({IsOvertaken} AND console_accounts.country <> '') THEN console_accounts.country ELSE excluded.country END,
                address = CASE WHEN excluded.address = '' OR ({IsOvertaken} AND console_accounts.address <> '') THEN console_accounts.address ELSE excluded.address END,
                sent_today = CASE
                    WHEN excluded.sent_day = console_accounts.sent_day THEN console_accounts.sent_today + excluded.sent_today
                    WHEN {IsOvertaken} THEN console_accounts.sent_today ELSE excluded.sent_today END
            """,
            "@user",
            "@site",
            "@rung",
            "@until",
            "@score",
            "@first",
            "@last",
            "@country",
            "@address",
            "@logins",
            "@failures",
            "@mails",
            "@recipients",
            "@stopped",
            "@day",
            "@sent",
            "@number"
        );
        foreach (var (user, change) in buffer.Accounts)
        {
            var day = change.LastSeen / 86_400_000;
            var sent = buffer.Days.TryGetValue((user, day), out var amounts) ? amounts.Recipients : 0;
            await statement
                .RunAsync(
                    cancel,
                    user.Value,
                    change.Site.Value,
                    (int)change.Rung,
                    change.Until,
                    change.Score,
                    change.FirstSeen,
                    change.LastSeen,
                    change.Country,
                    change.Address,
                    change.Totals.Logins,
                    change.Totals.Failures,
                    change.Totals.Submissions,
                    change.Totals.Recipients,
                    change.Totals.Stopped,
                    day,
                    sent,
                    change.Number
                )
                .ConfigureAwait(false);
        }
    }

    public async Task AmountsAsync(RecordsBuffer buffer)
    {
        await using (var days = Adding("console_days", "user_name, day", "logins, failures, mails, recipients, stopped"))
        {
            foreach (var (key, amounts) in buffer.Days)
                await days.RunAsync(cancel, key.User.Value, key.Day, amounts.Logins, amounts.Failures, amounts.Mails, amounts.Recipients, amounts.Refused)
                    .ConfigureAwait(false);
        }
        await using (var minutes = Adding("console_minutes", "minute, site", "logins, failures, mails, recipients, refused, reactions"))
        {
            foreach (var (key, amounts) in buffer.Minutes)
                await minutes
                    .RunAsync(
                        cancel,
                        key.Minute,
                        key.Site.Value,
                        amounts.Logins,
                        amounts.Failures,
                        amounts.Mails,
                        amounts.Recipients,
                        amounts.Refused,
                        amounts.Other
                    )
                    .ConfigureAwait(false);
        }
        await using var countries = Adding("console_countries", "hour, site, country", "logins, failures, mails, blocked");
        foreach (var (key, amounts) in buffer.Countries)
            await countries
                .RunAsync(cancel, key.Hour, key.Site.Value, key.Country, amounts.Logins, amounts.Failures, amounts.Mails, amounts.Other)
                .ConfigureAwait(false);
    }

    public async Task PeaksAsync(RecordsBuffer buffer)
    {
        await using var statement = new PreparedStatement(
            connection,
            transaction,
            "INSERT INTO console_peaks (user_name, day, score) VALUES (@user, @day, @score) ON CONFLICT (user_name, day) DO UPDATE SET score = excluded.score WHERE excluded.score > console_peaks.score",
            "@user",
            "@day",
            "@score"
        );
        foreach (var (key, score) in buffer.Peaks)
            await statement.RunAsync(cancel, key.User.Value, key.Day, score).ConfigureAwait(false);
    }

    private PreparedStatement Adding(string table, string keys, string amounts)
    {
        string[] columns = [.. $"{keys}, {amounts}".Split(", ")];
        string[] parameters = [.. columns.Select(column => "@" + column)];
        var sets = string.Join(", ", amounts.Split(", ").Select(column => $"{column} = {table}.{column} + excluded.{column}"));
        return new PreparedStatement(
            connection,
            transaction,
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", parameters)}) ON CONFLICT ({keys}) DO UPDATE SET {sets}",
            parameters
        );
    }
}
