using System.Collections.Concurrent;
using Guard.Cluster.Tests.Persistence;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Routing;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>On PostgreSQL: which journal it is, which accounts it has, and what of strangers' names goes.</summary>
public sealed class PostgresNamesTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-names").FullName;
    private readonly StoragePlace _place = new();
    private readonly ConcurrentQueue<LogEvent> _said = [];
    private readonly Logger _log;

    public PostgresNamesTests() => _log = new LoggerConfiguration().WriteTo.Sink(new Heard(_said)).CreateLogger();

    private string Connection => _place.Settings("postgres").PostgresConnection;

    public void Dispose()
    {
        _log.Dispose();
        _place.Dispose();
        Directory.Delete(_directory, true);
    }

    /// <summary>Starts as a node with its own data directory does.</summary>
    private async Task<(string Name, LogJournal Journal)> LookAsync(string node, string? connection = null)
    {
        var directory = Path.Combine(_directory, node);
        Directory.CreateDirectory(directory);
        var store = new CheckpointStore(directory);
        using var identity = await JournalIdentity.LookAsync(
            _place.Settings("postgres") with
            {
                PostgresConnection = connection ?? Connection,
            },
            store,
            directory,
            true,
            _log
        );
        return ((await File.ReadAllTextAsync(Path.Combine(directory, "journal-id"), TestContext.Current.CancellationToken)).Trim(), identity.Journal);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_on_an_empty_database_agree_on_the_journal_s_name()
    {
        for (var round = 0; round < 5; round++)
        {
            var empty = PostgresServer.Shared.NewDatabase();
            var names = await Task.WhenAll(Enumerable.Range(0, 8).Select(node => LookAsync($"{round}-{node}", empty)));
            Assert.Single(names.Select(one => one.Name).Distinct());
            Assert.Equal(1L, PostgresServer.Scalar(empty, "SELECT count(*) FROM guard_journal"));
        }
    }

    [Fact]
    public async Task A_database_that_was_replaced_is_noticed_and_logs_are_read_again()
    {
        var (name, _) = await LookAsync("node");
        var store = new CheckpointStore(Path.Combine(_directory, "node"));
        store.Save(new FollowCheckpoint("/var/log/mail.log", 1, 1000, FileFingerprint.Of([]), []));
        var (same, sound) = await LookAsync("node");
        Assert.Equal(name, same);
        Assert.All(store.All(), checkpoint => Assert.True(sound.Has(checkpoint)));

        var (other, lost) = await LookAsync("node", PostgresServer.Shared.NewDatabase());
        Assert.NotEqual(name, other);
        Assert.All(store.All(), checkpoint => Assert.False(lost.Has(checkpoint)));
        Assert.Contains(_said, said => said.Level == LogEventLevel.Error && said.RenderMessage().Contains("PostgreSQL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_only_failed_go_and_accounts_stay_to_the_last_row()
    {
        await using var engine = StorageEngine.Start(_place, "postgres");
        for (var i = 0; i < 150; i++)
            Write(engine, $"r{i:000}@example.com", LoginOutcome.WrongPassword, LoginOutcome.UnknownUser);
        Write(engine, "anna@example.com", LoginOutcome.WrongPassword, LoginOutcome.Succeeded, LoginOutcome.WrongPassword);
        Write(engine, "Zoë_%@example.com", LoginOutcome.Succeeded);
        Write(engine, "listed@example.com", LoginOutcome.WrongPassword);
        var stored = new StoredAccounts(_place.Settings("postgres"));
        var accounts = new KnownAccounts();
        Assert.Equal(153, await stored.ReadAsync(user => accounts.Add(user)));
        // In pages as well, none of which leaves out or repeats a name.
        var paged = new List<string>();
        for (var page = await stored.AfterAsync("", 7); page is not null; page = await stored.AfterAsync(page.Position, 7))
            paged.AddRange(page.Users.Select(user => user.Value));
        Assert.Equal(153, paged.Count);
        Assert.Equal(153, paged.Distinct().Count());
        var file = Path.Combine(_directory, "names-cleaned");
        var cleaner = new StrangersCleaner(engine.System, accounts, stored, user => user.Local == "listed", file, Logger.None);
        await cleaner.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(150, cleaner.Removed);
        var left = new List<string>();
        Assert.Equal(3, await stored.ReadAsync(user => left.Add(user.Value)));
        Assert.Equal(["Zoë_%@example.com", "anna@example.com", "listed@example.com"], left.Order(StringComparer.Ordinal));
        Assert.Equal(5L, _place.Scalar("SELECT count(*) FROM journal"));
        Assert.Equal(3, accounts.Count);

        // Another node's new account is found by its first row.
        Write(engine, "new@example.com", LoginOutcome.Succeeded);
        await stored.ReadNewAsync(user => accounts.Add(user));
        Assert.True(accounts.Contains(new UserId("new@example.com")));
    }

    private static void Write(StorageEngine engine, string user, params LoginOutcome[] outcomes)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            var login = new Login(
                new UserId(user),
                At.AddSeconds(i + 1),
                new Place(NetworkAddress.Parse("203.0.113.9"), AddressKind.Public, "RO"),
                new ObservationOrigin("log", (ulong)i + 1),
                Service.Imap,
                outcomes[i]
            );
            engine.Write("user-" + user, (i + 1, new UserEventBatch(new UserId(user), [new ObservationJudged(login, Judgement.None, 0)])));
            engine.Written(1);
        }
    }

    private sealed class Heard(ConcurrentQueue<LogEvent> said) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => said.Enqueue(logEvent);
    }
}
