using Guard.Host.Archive;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Guard.Bench.Cluster;

/// <summary>What a guard keeps after a year besides the journal: its archive, and the records that the list of accounts does not make again.</summary>
internal static class GrowthData
{
    /// <summary>Of the console's days, those on which an account did something; the oldest is over and waits to be removed.</summary>
    private const int DaysUsed = 6;
    private const int ArchivedDays = 29;
    private const int BlocksADay = 6;
    private const int ArchivedOfSite = 5;
    private const int IncidentsEach = 200;

    private static readonly Place Home = new(NetworkAddress.Parse("86.130.4.5"), AddressKind.Public, "GB");

    public static long Today => DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 86400;

    /// <summary>Days of accounts before this one are no longer kept.</summary>
    public static long Oldest => Today - 62;

    /// <summary>A month of the archive: of each site a few blocks a day, each with some of its accounts in it.</summary>
    public static long Archive(string data, int accounts, int perSite)
    {
        var files = new ArchiveFiles(Path.Combine(data, "archive"));
        for (var ago = ArchivedDays; ago > 0; ago--)
        {
            var at = DateTimeOffset.UtcNow.Date.AddDays(-ago).AddHours(9);
            var day = ArchiveFiles.DayOf(at);
            files.Append(day, [], checkEnd: false);
            using var file = new FileStream(files.Of(day), FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 20);
            for (var hour = 0; hour < BlocksADay; hour++)
            {
                for (var first = 0; first < accounts; first += perSite)
                    file.Write(Block(first, perSite, at.AddHours(hour)));
            }
        }
        return files.All().Sum(file => file.File.Length);
    }

    private static byte[] Block(int first, int perSite, DateTimeOffset at)
    {
        var block = new PendingBlock(new SiteId(KnownAccounts.Name(first).Domain), 0);
        for (var one = 0; one < ArchivedOfSite; one++)
        {
            var user = KnownAccounts.Name(first + (one * 20 + at.Day + at.Hour) % perSite);
            Observation[] seen =
            [
                new Login(user, at, Home, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded),
                new Submission(user, at.AddMinutes(one), Home, ObservationOrigin.None, 1, 4096, ""),
            ];
            block.Add(
                ArchivedKind.FirstWrite,
                new UserEventBatch(user, [.. seen.Select(observation => new ObservationJudged(observation, Judgement.None, 0))])
            );
        }
        return block.ToBlock();
    }

    /// <summary>Days of every account and a year's incidents of one in so many, into what the guard made itself.</summary>
    public static void Records(string data, int accounts)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "console.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA synchronous = off; PRAGMA cache_size = -1000000");
        Run(
            connection,
            $"""
            WITH RECURSIVE used (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM used WHERE number < {DaysUsed - 1})
            INSERT INTO console_days (user_name, day, logins, failures, mails, recipients, stopped)
            SELECT user_name, CASE WHEN number = 0 THEN {Oldest - 1} ELSE {Today} - number * 10 END, 20, 1, 4, 6, 0 FROM console_accounts CROSS JOIN used
            """
        );
        Run(
            connection,
            $"""
            INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
            SELECT user_name, site, 2, 0, ({Today} - rowid % 360) * 86400000, 0, ({Today} - rowid % 360) * 86400000 + 3600000, 'it ran out', 25, '192.0.2.7', 'RO', 1, '[]', '[]'
            FROM console_accounts WHERE rowid % {IncidentsEach} = 0
            """
        );
    }

    public static long Expired(string data) => Count(data, $"SELECT COUNT(*) FROM console_days WHERE day < {Oldest}");

    public static bool IsListed(string data) => Count(data, "SELECT COUNT(*) FROM console_meta WHERE name = 'rebuilt'") > 0;

    public static long Listed(string data) => Count(data, "SELECT COUNT(*) FROM console_accounts");

    private static long Count(string data, string text)
    {
        var file = Path.Combine(data, "console.db");
        if (!File.Exists(file))
            return 0;
        try
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = text;
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException)
        {
            // Its tables are not there yet.
            return 0;
        }
    }

    /// <summary>An administrator's token for the console's API.</summary>
    public static async Task<string> TokenAsync(string config)
    {
        var settings = GuardConfiguration.Load(config).Settings!;
        var options = new DbContextOptionsBuilder<PeopleContext>();
        PeopleDatabase.Use(options, settings);
        var person = new Person
        {
            UserName = "bench",
            NormalizedUserName = "BENCH",
            Role = PersonRole.ServerAdmin,
            SecurityStamp = RandomSecret.New(),
        };
        await using (var context = new PeopleContext(options.Options))
        {
            context.Users.Add(person);
            await context.SaveChangesAsync().ConfigureAwait(false);
        }
        var tokens = new ApiTokens(new Contexts(options.Options), settings.Console!, TimeProvider.System);
        var rights = Enum.GetValues<AccessRights>().Aggregate((all, one) => all | one);
        return await tokens.CreateAsync(person.Id, "bench", rights, TimeSpan.FromDays(1), default).ConfigureAwait(false);
    }

    private static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (text, 3600);
        command.ExecuteNonQuery();
    }

    private sealed class Contexts(DbContextOptions<PeopleContext> options) : IDbContextFactory<PeopleContext>
    {
        public PeopleContext CreateDbContext() => new(options);
    }
}
