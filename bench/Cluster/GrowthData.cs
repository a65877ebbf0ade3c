using Guard.Host.Archive;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Microsoft.EntityFrameworkCore;

namespace Guard.Bench.Cluster;

/// <summary>What a guard keeps after a year besides the journal: its archive, and the records that the list of accounts does not make again, in words that
/// both databases understand.</summary>
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

    public const string Rebuilt = "SELECT COUNT(*) FROM console_meta WHERE name = 'rebuilt'";

    public const string Accounts = "SELECT COUNT(*) FROM console_accounts";

    // To count all of a million at each look would take more from the guard than what is looked at.
    public static string AccountsSeenBefore(DateTimeOffset moment) =>
        $"SELECT COUNT(*) FROM console_accounts WHERE last_seen < {moment.ToUnixTimeMilliseconds()}";

    public static string AnyDayThatIsOver => $"SELECT COUNT(*) FROM (SELECT 1 FROM console_days WHERE day < {Oldest} LIMIT 1) AS one";

    public static string DaysThatAreOver => $"SELECT COUNT(*) FROM console_days WHERE day < {Oldest}";

    public static string InsertDays =>
        $"""
            WITH RECURSIVE used (nth) AS (SELECT 0 UNION ALL SELECT nth + 1 FROM used WHERE nth < {DaysUsed - 1})
            INSERT INTO console_days (user_name, day, logins, failures, mails, recipients, stopped)
            SELECT user_name, CASE WHEN nth = 0 THEN {Oldest - 1} ELSE {Today} - nth * 10 END, 20, 1, 4, 6, 0 FROM console_accounts CROSS JOIN used
            """;

    /// <param name="accounts">The listed accounts.</param>
    /// <param name="number">What numbers them.</param>
    public static string InsertIncidents(string accounts, string number) =>
        $"""
            INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
            SELECT user_name, site, 2, 0, ({Today} - {number} % 360) * 86400000, 0, ({Today} - {number} % 360) * 86400000 + 3600000, 'it ran out', 25, '192.0.2.7', 'RO', 1, '[]', '[]'
            FROM {accounts} WHERE {number} % {IncidentsEach} = 0
            """;

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

    private sealed class Contexts(DbContextOptions<PeopleContext> options) : IDbContextFactory<PeopleContext>
    {
        public PeopleContext CreateDbContext() => new(options);
    }
}
