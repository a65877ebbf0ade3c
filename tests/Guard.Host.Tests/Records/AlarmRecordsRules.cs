using System.Collections.Immutable;
using Guard.Actors.Entities;
using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.ConsoleModel.Store;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Records;

/// <summary>What the records say of wrong alarms, and what becomes of it; the same on each database.</summary>
public abstract class AlarmRecordsRules : RecordsRules
{
    private const int Today = 20_700;

    [Fact]
    public async Task Consecutive_days_of_an_account_are_one_incident_and_count_with_their_highest_score()
    {
        await LiveAsync("anna", (Today - 30, 8), (Today - 30, 12.5), (Today - 29, 9), (Today - 20, 7), (Today - 10, 5.9f));
        await LiveAsync("bert", (Today - 29, 11));
        var curve = await CurveAsync();
        // 12.5, 7 and 11; what is below 6 is daily life.
        Assert.Equal(3, curve.Above[6 - WrongAlarms.Least]);
        Assert.Equal(2, curve.Above[8 - WrongAlarms.Least]);
        Assert.Equal(1, curve.Above[12 - WrongAlarms.Least]);
        Assert.Equal(0, curve.Above[13 - WrongAlarms.Least]);
    }

    [Fact]
    public async Task Only_learnt_accounts_of_the_last_weeks_are_watched()
    {
        await LiveAsync("old", (Today - 200, 10), (Today - 1, 0));
        await LiveAsync("new", (Today - 10, 10), (Today - 1, 0));
        await LiveAsync("gone", (Today - 100, 10), (Today - 80, 0));
        var curve = await CurveAsync();
        // One account over eight weeks, up to its last day.
        Assert.InRange(curve.AccountMonths, (AlarmRecords.Days - 1.1) / 30, AlarmRecords.Days / 30.0);
        Assert.Equal(0, curve.Above[0]);
    }

    [Fact]
    public async Task What_was_an_attack_is_no_wrong_alarm_and_what_the_owner_did_is_one()
    {
        await LiveAsync("stolen", (Today - 21, 9), (Today - 20, 40), (Today - 19, 35), (Today - 5, 12));
        await LiveAsync("owner", (Today - 20, 31));
        await IncidentAsync("stolen", Rung.Suspended, Today - 20, Today - 18, "time is up");
        await IncidentAsync("owner", Rung.Suspended, Today - 20, Today - 19, "absolved by boss");
        var curve = await CurveAsync();
        Assert.Equal(2, curve.Above[0]);
        Assert.Equal(1, curve.Above[30 - WrongAlarms.Least]);
        Assert.Equal(0, curve.Above[35 - WrongAlarms.Least]);
    }

    [Fact]
    public async Task A_forgotten_account_leaves_nothing_of_it()
    {
        await LiveAsync("anna", (Today - 30, 12));
        var removed = await Records.Database.WriteAsync(
            (connection, transaction) => RecordsEraser.EraseAsync(connection, transaction, new UserId("anna@example.com"), Cancel),
            Cancel
        );
        Assert.True(removed >= 2);
        Assert.Equal(0, (await CurveAsync()).Above[0]);
    }

    [Fact]
    public async Task A_rate_in_the_policies_follows_what_this_servers_own_weeks_came_to()
    {
        var source = new PolicySource(PolicyBook.Of(GuardPolicy.Default));
        var told = new List<PolicyBook>();
        var board = new PolicyBoard(source, told.Add, new LoggerConfiguration().CreateLogger());
        board.TakeFile(Tree("""default.reactions.on-anomaly { reported = "5 per 1000 account-months", restricted = 25 }"""), GuardMode.Observe);
        var expected = source.Current.Default.Reactions.OnAnomaly;
        Assert.Equal((AlarmCurve.Expected.ScoreFor(5), 25), (expected.Reported, expected.Restricted));
        told.Clear();

        // 300 accounts for six weeks, 30 of which were odd once.
        for (var i = 0; i < 300; i++)
            await LiveAsync($"user{i}", (Today - 100, 0), i < 30 ? (Today - 25, 16) : (Today - 25, 0), (Today - 1, 0));
        var clock = new StoppedClock(DateTimeOffset.FromUnixTimeSeconds(Today * 86400L + 3600));
        await new AlarmCalibration(Records.Database, board, clock, new LoggerConfiguration().CreateLogger()).LookAsync(Cancel);
        var restless = source.Current.Default.Reactions.OnAnomaly;
        Assert.InRange(restless.Reported!.Value, expected.Reported!.Value + 1, 25);
        Assert.Equal((25, 30, 45), (restless.Restricted, restless.Suspended, restless.Blocked));
        Assert.Same(source.Current, Assert.Single(told));
        Assert.StartsWith("5=", board.AlarmsMeant, StringComparison.Ordinal);

        // Another node, or the next start: the same, without entities being told again.
        var other = new PolicyBoard(new PolicySource(PolicyBook.Of(GuardPolicy.Default)), _ => { }, new LoggerConfiguration().CreateLogger());
        other.TakeFile(Tree("""default.reactions.on-anomaly { reported = "5 per 1000 account-months", restricted = 25 }"""), GuardMode.Observe);
        await new AlarmCalibration(Records.Database, other, clock, new LoggerConfiguration().CreateLogger()).LookAsync(Cancel);
        Assert.Equal(source.Current.Version, other.Book.Version);
        await new AlarmCalibration(Records.Database, board, clock, new LoggerConfiguration().CreateLogger()).LookAsync(Cancel);
        Assert.Single(told);
    }

    [Fact]
    public async Task Policies_in_bits_stay_as_they_are()
    {
        var board = new PolicyBoard(new PolicySource(PolicyBook.Of(GuardPolicy.Default)), _ => { }, new LoggerConfiguration().CreateLogger());
        board.TakeFile(Tree("default.reactions.on-anomaly { reported = 12 }"), GuardMode.Observe);
        var before = board.Book;
        await LiveAsync("anna", (Today - 100, 0), (Today - 30, 18), (Today - 1, 0));
        var clock = new StoppedClock(DateTimeOffset.FromUnixTimeSeconds(Today * 86400L));
        await new AlarmCalibration(Records.Database, board, clock, new LoggerConfiguration().CreateLogger()).LookAsync(Cancel);
        Assert.Same(before, board.Book);
        Assert.Equal("", board.AlarmsMeant);
    }

    private Task<AlarmCurve> CurveAsync() => AlarmRecords.CurveAsync(Records.Database, Today, 14, Cancel);

    /// <summary>What an account did, as the records hear of it. It was there a hundred days before.</summary>
    private async Task LiveAsync(string name, params (int Day, double Score)[] days)
    {
        var user = new UserId($"{name}@example.com");
        var buffer = new RecordsBuffer();
        var first = name == "new" ? days[0].Day : days[0].Day - 100;
        var events = days.Select(
                (day, i) =>
                    (UserEvent)
                        new ObservationJudged(
                            new Login(
                                user,
                                DateTimeOffset.FromUnixTimeSeconds(day.Day * 86400L + 60 * i),
                                Place.None,
                                new ObservationOrigin("log", (ulong)i),
                                Service.Imap,
                                LoginOutcome.Succeeded
                            ),
                            Judgement.Learn,
                            (float)day.Score
                        )
            )
            .ToImmutableArray();
        var state = new UserState(user) with
        {
            FirstSeen = first * 86_400_000L,
            LastSeen = days.Max(day => day.Day) * 86_400_000L,
            Totals = new UserTotals(days.Length, 0, 0, 0, 0, 0, 0),
        };
        buffer.Note(new SiteId("example.com"), new UserEventBatch(user, events), 1, state);
        await Records.Database.WriteAsync(
            async (connection, transaction) =>
            {
                var write = new RecordsTransaction(connection, transaction, Cancel);
                await write.AccountsAsync(buffer);
                await write.PeaksAsync(buffer);
                return 0;
            },
            Cancel
        );
    }

    private Task<int> IncidentAsync(string name, Rung rung, int since, int ended, string how) =>
        Records.Database.WriteAsync(
            (connection, transaction) =>
                RecordsDatabase.ExecuteAsync(
                    connection,
                    transaction,
                    """
                    INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
                    VALUES (@user, 'example.com', @rung, 0, @since, 0, @ended, @how, 40, '', '', 1, '[]', '[]')
                    """,
                    Cancel,
                    ("@user", $"{name}@example.com"),
                    ("@rung", (int)rung),
                    ("@since", since * 86_400_000L),
                    ("@ended", ended * 86_400_000L),
                    ("@how", how)
                ),
            Cancel
        );

    private ConfigurationNode Tree(string policy)
    {
        var file = Path.Combine(Records.Directory, "guard.conf");
        File.WriteAllText(file, $"accountguard.policy {{ {policy} }}");
        var loaded = GuardConfiguration.Load(file, new Dictionary<string, string>());
        Assert.Empty(loaded.Faults);
        return loaded.Settings!.PolicyTree!;
    }

    private sealed class StoppedClock(DateTimeOffset now) : IGuardClock
    {
        public DateTimeOffset Now => now;
    }
}
