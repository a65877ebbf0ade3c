using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Serialization;
using Guard.Host.Configuration;
using Guard.Host.Intake.Routing;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>What earlier versions kept of names that only ever failed goes, and nothing else.</summary>
public sealed class StrangersCleanerSpecs : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-strangers").FullName;
    private readonly ActorSystem _system;
    private readonly StoredAccounts _stored;

    public StrangersCleanerSpecs()
    {
        _system = ActorSystem.Create(
            "strangers",
            ConfigurationFactory
                .ParseString(
                    $$"""
                    akka.loglevel = ERROR
                    akka.persistence {
                      journal { plugin = "akka.persistence.journal.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupJournal, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{Database}}", synchronous = full } }
                      snapshot-store { plugin = "akka.persistence.snapshot-store.accountguard-sqlite", accountguard-sqlite { class = "Guard.Actors.Persistence.SqliteGroupSnapshotStore, Guard.Actors", plugin-dispatcher = "akka.actor.default-dispatcher", file = "{{Database}}", synchronous = full } }
                    }
                    """
                )
                .WithFallback(ConfigurationFactory.ParseString(GuardSerializer.Hocon))
        );
        _stored = new StoredAccounts(new PersistenceSettings(default, Database, "full", "", 64, 500));
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var mode = connection.CreateCommand();
        mode.CommandText = "PRAGMA journal_mode=WAL";
        mode.ExecuteNonQuery();
        Guard.Actors.Persistence.PersistenceTables.Create(connection);
    }

    private string Database => Path.Combine(_directory, "guard.db");

    public void Dispose()
    {
        _system.Terminate().GetAwaiter().GetResult();
        Directory.Delete(_directory, true);
    }

    private static Login Login(string user, int second, LoginOutcome outcome) =>
        new(
            new UserId(user),
            At.AddSeconds(second),
            new Place(NetworkAddress.Parse("203.0.113.9"), AddressKind.Public, "RO"),
            new ObservationOrigin("log", (ulong)second),
            Service.Imap,
            outcome
        );

    /// <summary>Writes an account as earlier versions did: whatever failed is a row of its own.</summary>
    private async Task WriteAsync(string user, params LoginOutcome[] outcomes)
    {
        var serializer = new GuardSerializer((ExtendedActorSystem)_system);
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False;Default Timeout=5");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var batch = new UserEventBatch(new UserId(user), [new ObservationJudged(Login(user, i + 1, outcomes[i]), Judgement.None, 0)]);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (1, 0, $id, $number, $message, $manifest, $identifier, 'w')";
            command.Parameters.AddWithValue("$id", "user-" + user);
            command.Parameters.AddWithValue("$number", i + 1);
            command.Parameters.AddWithValue("$message", serializer.ToBinary(batch));
            command.Parameters.AddWithValue("$manifest", serializer.Manifest(batch));
            command.Parameters.AddWithValue("$identifier", serializer.Identifier);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Names_that_only_failed_go_and_accounts_stay_to_the_last_row()
    {
        for (var i = 0; i < 200; i++)
            await WriteAsync($"r{i:000}@example.com", LoginOutcome.WrongPassword, LoginOutcome.UnknownUser);
        await WriteAsync("anna@example.com", LoginOutcome.WrongPassword, LoginOutcome.Succeeded, LoginOutcome.WrongPassword);
        await WriteAsync("listed@example.com", LoginOutcome.WrongPassword);
        var accounts = new KnownAccounts();
        Assert.Equal(202, await _stored.ReadAsync(user => accounts.Add(user)));
        var file = Path.Combine(_directory, "names-cleaned");
        var cleaner = new StrangersCleaner(_system, accounts, _stored, user => user.Local == "listed", file, Logger.None);
        await cleaner.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(200, cleaner.Removed);
        var left = new List<string>();
        Assert.Equal(2, await _stored.ReadAsync(user => left.Add(user.Value)));
        Assert.Equal(["anna@example.com", "listed@example.com"], left.Order());
        Assert.Equal(2, accounts.Count);
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM journal";
        Assert.Equal(4L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        // It is done once: what comes later is not looked at again.
        await WriteAsync("late@example.com", LoginOutcome.WrongPassword);
        var again = new StrangersCleaner(_system, accounts, _stored, _ => false, file, Logger.None);
        await again.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, again.Removed);
    }

    [Fact]
    public async Task Names_are_read_once_each_whatever_stands_before_behind_and_between_them()
    {
        string[] names = ["a@example.com", "b@example.com", "b@example.com.test", "z", "müller@例え.jp", "-", "~"];
        foreach (var name in names)
            await WriteAsync(name, LoginOutcome.Succeeded, LoginOutcome.Succeeded, LoginOutcome.WrongPassword);
        await using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
                    SELECT 1, 0, value, 1, x'00', '', 1, 'w' FROM json_each('["addresses-1", "user", "user+x", "user.x", "users-x", "wakers-1", "site-example.com"]');
                INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot) VALUES ('user-only@example.com', 9, 1, x'00'), ('user-z', 3, 1, x'00'), ('site-x', 3, 1, x'00');
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var found = new List<string>();
        await _stored.ReadAsync(user => found.Add(user.Value));
        string[] all = [.. names, "only@example.com"];
        Assert.Equal(all.Append("z").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        // In pages as well, of which none is short before the last.
        var paged = new List<string>();
        for (var page = await _stored.AfterAsync("", 3); page is not null; page = await _stored.AfterAsync(page.Position, 3))
            paged.AddRange(page.Users.Select(user => user.Value));
        Assert.Equal(all.Order(Guard.Host.Platform.ByteOrder.Instance), paged);
    }
}
