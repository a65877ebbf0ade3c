using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Host.Running;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Running;

/// <summary>A whole node that follows a log reacts as replay of that log does: same accounts, rungs, times and scores.</summary>
public sealed class LiveEqualsReplayTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-live").FullName;

    public static TheoryData<int> Seeds =>
        [
            .. (Environment.GetEnvironmentVariable("ACCOUNTGUARD_SEEDS") ?? "1,2,3,4,5,6")
                .Split(',')
                .Select(seed => int.Parse(seed, CultureInfo.InvariantCulture)),
        ];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Live_and_replay_give_identical_reactions_for_the_same_lines(int seed)
    {
        var log = Path.Combine(_directory, "mail.log");
        await File.WriteAllLinesAsync(log, RandomHistory.Lines(seed, 12, 40), TestContext.Current.CancellationToken);
        var conf = Path.Combine(_directory, "guard.conf");
        await File.WriteAllTextAsync(conf, Configuration(log), TestContext.Current.CancellationToken);
        var loaded = GuardConfiguration.Load(conf);
        Assert.Empty(loaded.Faults);
        var replayed = Replay(loaded.Settings!, log);
        Assert.Contains(replayed, line => line.Contains("Suspended", StringComparison.Ordinal));
        Assert.Contains(replayed, line => line.Contains(ReasonCodes.GuessedAccounts, StringComparison.Ordinal));

        await using var quiet = new LoggerConfiguration().CreateLogger();
        var live = new List<string>();
        await using (var node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, quiet))
        {
            var checkpoints = new CheckpointStore(Path.Combine(_directory, "data", "intake"));
            await Eventually.Is(() => Task.FromResult(checkpoints.Load(log, out _)?.Offset == new FileInfo(log).Length));
            // The log's last line is long after: whatever stands must come down by its timer.
            await Eventually.Is(async () =>
            {
                for (var account = 0; account < 12; account++)
                {
                    var status = await node.Regions.Users.Ask<UserStatus>(
                        new UserCommands.GetStatus(new UserId($"user{account}@site{account % 3}.example")),
                        Patience
                    );
                    if (status.Rung != Rung.Normal)
                        return false;
                }
                return true;
            });
            live.AddRange(Journaled(node));
        }
        Assert.Equal(replayed.Order(StringComparer.Ordinal), live.Order(StringComparer.Ordinal));
    }

    private string Configuration(string log)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return $$"""
            accountguard {
              data-directory = "{{_directory}}/data"
              intake.logs { files = ["{{log}}"], clock = log }
              geo { overrides = "{{Repository.Root}}/hocon/demo/places.txt", fetch-default = off }
              cluster.listen = "{{free.LocalEndpoint}}"
              persistence.keep-events = 100000
              policy.default {
                # What accounts learn of each other travels between entities and takes its time: days of a log that pass in a second are over before it arrives.
                learning.from-site = off
                places.suspicious-list = [RO, UA, CN]
                quotas = [ { per = 1d, recipients = 200 }, { per = 1d, recipients = 30, when = suspicious, alarm = on }, { per = 1h, logins = 60 } ]
                reactions { suspend-for = 1h, block-for = 1d }
              }
            }
            """;
    }

    private static string Tell(UserId user, ReactionChanged change) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{user} {change.At:O} {change.From} {change.To} until {change.Until:O} {change.Score:F3} {change.Address} {change.Country}"
        );

    private static List<string> Replay(GuardSettings settings, string log)
    {
        var writer = new Collecting();
        var engine = new ReplayEngine(settings.Policies, writer);
        var parser = new LogParser(new LogParserSettings(log, DateTimeOffset.UtcNow), UserNames.Of(settings.Logs), PlaceSource.Open(settings, [], _ => { }));
        new ReplayRun(parser, engine, new ReplayProgress(TextWriter.Null, false), _ => { }).Run([log]);
        Assert.Equal(0, engine.Counts.Unparsed);
        return writer.Told;
    }

    private List<string> Journaled(GuardNode node)
    {
        using var connection = new SqliteConnection($"Data Source={_directory}/data/accountguard.db;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT message, identifier, manifest FROM journal WHERE persistence_id LIKE 'user-%' AND deleted = 0 ORDER BY ordering";
        using var reader = command.ExecuteReader();
        var told = new List<string>();
        while (reader.Read())
        {
            var batch = (UserEventBatch)node.System.Serialization.Deserialize((byte[])reader[0], reader.GetInt32(1), reader.GetString(2));
            told.AddRange(batch.Events.OfType<ReactionChanged>().Select(change => Tell(batch.User, change)));
            told.AddRange(batch.Events.OfType<AddressBlockOrdered>().Select(block => Tell(batch.User, block.At, block.Address, block.Until, block.Reasons)));
        }
        using var addresses = connection.CreateCommand();
        addresses.CommandText = "SELECT message, identifier, manifest FROM journal WHERE persistence_id LIKE 'addresses-%' AND deleted = 0 ORDER BY ordering";
        using var rows = addresses.ExecuteReader();
        while (rows.Read())
        {
            var batch = (AddressEventBatch)node.System.Serialization.Deserialize((byte[])rows[0], rows.GetInt32(1), rows.GetString(2));
            told.AddRange(batch.Events.OfType<BlockOwed>().Select(block => Tell(block)));
        }
        return told;
    }

    private static string Tell(BlockOwed block) => $"{block.PrefixLength} {Tell(UserId.None, block.At, block.Address, block.Until, block.Reasons)}";

    private static string Tell(UserId user, DateTimeOffset at, NetworkAddress address, DateTimeOffset until, ImmutableArray<Reason> reasons) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{user} {at:O} blocks {address} until {until:O}: {string.Join(", ", reasons.Select(reason => $"{reason.Code} {reason.Value} {reason.Subject}"))}"
        );

    public void Dispose() => Directory.Delete(_directory, true);

    private sealed class Collecting : IReplayWriter
    {
        public List<string> Told { get; } = [];

        public void Reaction(UserId user, SiteId site, ReactionChanged change) => Told.Add(Tell(user, change));

        public void Address(UserId user, AddressBlockOrdered block) => Told.Add(Tell(user, block.At, block.Address, block.Until, block.Reasons));

        public void Address(BlockOwed block) => Told.Add(Tell(block));

        public void Alarm(UserId user, SiteId site, AlarmRaised alarm) { }

        public void SiteReaction(Guard.Messages.Sites.SiteReactionChanged change) { }

        public void Summary(ReplayCounts counts) { }
    }
}
