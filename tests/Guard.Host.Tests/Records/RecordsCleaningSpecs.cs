using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.ConsoleModel.Store;
using Xunit;

namespace Guard.Host.Tests.Records;

public sealed class RecordsCleaningSpecs : IAsyncLifetime
{
    private const int Today = 20_700;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(Today);

    private RecordsFile _records = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _records = await RecordsFile.OpenAsync();

    public ValueTask DisposeAsync() => _records.DisposeAsync();

    [Fact]
    public async Task A_day_of_many_accounts_goes_in_parts_so_that_writes_come_between()
    {
        const int Accounts = 2 * RecordsCleaning.AtOnce + 1;
        await LiveAsync(Today - 63, Accounts);
        await LiveAsync(Today - 62, 1);
        var cleaning = new RecordsCleaning(_records.Database);
        var parts = new List<int>();
        while (await DaysAsync() > 1 && parts.Count < 20)
            parts.Add(await cleaning.StepAsync(Now));
        Assert.Equal(Accounts, parts.Sum());
        Assert.All(parts, part => Assert.InRange(part, 0, RecordsCleaning.AtOnce));

        // What is still kept stays, however often it is looked at.
        for (var step = 0; step < 20; step++)
            Assert.Equal(0, await cleaning.StepAsync(Now));
        Assert.Equal(1, await DaysAsync());
    }

    [Fact]
    public async Task Every_table_loses_what_is_over_and_what_stands_open_stays()
    {
        await RunAsync(
            $"""
            INSERT INTO console_minutes (minute, site, logins, failures, mails, recipients, refused, reactions) VALUES ({(Today - 3)
                * 1440}, 's', 1, 0, 0, 0, 0, 0);
            INSERT INTO console_countries (hour, site, country, logins, failures, mails, blocked) VALUES ({(Today - 32) * 24}, 's', 'GB', 1, 0, 0, 0);
            INSERT INTO console_peaks (user_name, day, score) VALUES ('anna', {Today - 63}, 12);
            INSERT INTO console_notable (user_name, at, kind, what, rung, score, address, country, reasons) VALUES ('anna', {(Today - 91)
                * 86_400_000L}, 0, '', 0, 0, '', '', '[]');
            INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
            VALUES ('anna', 's', 2, 0, 1, 0, {(Today - 367)
                * 86_400_000L}, '', 0, '', '', 0, '[]', '[]'), ('bert', 's', 2, 2, 1, 0, 0, '', 0, '', '', 0, '[]', '[]');
            """
        );
        var cleaning = new RecordsCleaning(_records.Database);
        for (var step = 0; step < 10; step++)
            await cleaning.StepAsync(Now);
        foreach (var table in new[] { "console_minutes", "console_countries", "console_peaks", "console_notable" })
            Assert.Equal(0, await _records.CountAsync(table));
        Assert.Equal(1, await _records.CountAsync("console_incidents"));
    }

    [Fact]
    public async Task What_grew_old_since_is_found_an_hour_later()
    {
        var cleaning = new RecordsCleaning(_records.Database);
        for (var step = 0; step < 10; step++)
            await cleaning.StepAsync(Now);
        await LiveAsync(Today - 63, 1);
        for (var step = 0; step < 10; step++)
            Assert.Equal(0, await cleaning.StepAsync(Now.AddMinutes(59)));
        for (var step = 0; step < 10; step++)
            await cleaning.StepAsync(Now.AddMinutes(61));
        Assert.Equal(0, await DaysAsync());
    }

    [Fact]
    public async Task A_clock_that_goes_back_to_the_logs_that_are_read_takes_nothing_that_is_new_by_them()
    {
        var cleaning = new RecordsCleaning(_records.Database);
        await cleaning.StepAsync(Now.AddDays(200));
        await LiveAsync(Today, 1);
        for (var step = 0; step < 10; step++)
            await cleaning.StepAsync(Now);
        Assert.Equal(1, await DaysAsync());
    }

    private Task LiveAsync(int day, int accounts) =>
        RunAsync(
            $"""
            WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {accounts})
            INSERT INTO console_days (user_name, day, logins, failures, mails, recipients, stopped) SELECT 'user' || number, {day}, 1, 0, 0, 0, 0 FROM numbers
            """
        );

    private Task<long> DaysAsync() => _records.CountAsync("console_days");

    private Task<int> RunAsync(string sql) =>
        _records.Database.WriteAsync((connection, transaction) => RecordsDatabase.ExecuteAsync(connection, transaction, sql, Cancel), Cancel);
}
