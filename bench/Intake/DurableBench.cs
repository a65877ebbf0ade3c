using System.Diagnostics;
using Akka.Actor;
using Guard.Bench.Shared;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Serilog;

namespace Guard.Bench.Intake;

/// <summary>A whole node follows a log until all of it is journaled; then a new node wakes every user by one new observation.</summary>
internal static class DurableBench
{
    private const int Runs = 2;

    public static async Task RunAsync(BenchDirectory bench, int accounts)
    {
        var log = bench.Log(accounts, accounts <= 1000 ? 44 : 4);
        var file = Path.Combine(bench.Root, "bench.conf");
        Configure(bench, file, log, "counting");
        var (names, observations) = Read(file, log);
        Console.WriteLine($"\n## durable intake: {names.Count:N0} users, SQLite group commit, synchronous = full\n");
        Console.WriteLine(
            "| run | observations | seconds | observations/s | journal rows | database MiB | woken/s, cold | woken/s, shards up | resident MiB |\n|---|---|---|---|---|---|---|---|---|"
        );
        for (var run = 1; run <= Runs; run++)
        {
            var data = Path.Combine(bench.Root, $"data-{accounts}-{run}");
            Configure(bench, file, log, data);
            var seconds = await IntakeAsync(file, log, data).ConfigureAwait(false);
            var rows = Count(Path.Combine(data, "accountguard.db"));
            var size = Directory.EnumerateFiles(data, "*.db*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length) >> 20;
            var cold = await WakeAsync(file, names, false).ConfigureAwait(false);
            var woken = await WakeAsync(file, names, true).ConfigureAwait(false);
            Console.WriteLine(
                $"| {run} | {observations:N0} | {seconds:F2} | {observations / seconds:N0} | {rows:N0} | {size} | {cold:N0} | {woken:N0} | {Process.GetCurrentProcess().WorkingSet64 >> 20} |"
            );
        }
    }

    private static void Configure(BenchDirectory bench, string file, string log, string data)
    {
        File.WriteAllText(
            file,
            $$"""
            accountguard {
              data-directory = "{{Path.Combine(bench.Root, data)}}"
              log-level = warning
              intake.logs { files = ["{{log}}"], default-domain = "example.com", clock = log }
              geo { overrides = "{{BenchDirectory.Repository}}/hocon/demo/places.txt", fetch-default = off }
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              policy.default.quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on } ]
            }
            """
        );
    }

    /// <summary>Who is in the log and how much there is to be journaled.</summary>
    private static (HashSet<UserId> Names, long Observations) Read(string file, string log)
    {
        var settings = GuardConfiguration.Load(file).Settings!;
        var parser = new LogParser(
            new LogParserSettings(
                log,
                DateTimeOffset.UtcNow,
                DateTimeOffset.UtcNow.AddYears(10),
                settings.Logs.Zone,
                settings.Logs.DovecotTag,
                settings.Logs.DovecotAuthFailures
            ),
            UserNames.Of(settings.Logs),
            PlaceSource.Open(settings, null, _ => { })
        );
        var names = new HashSet<UserId>();
        var found = new List<Observation>();
        long observations = 0;
        long offset = 0;
        foreach (var line in File.ReadLines(log))
        {
            parser.Feed(System.Text.Encoding.UTF8.GetBytes(line), 0, offset, found);
            offset += line.Length + 1;
            observations += found.Count;
            foreach (var observation in found)
                names.Add(observation.User);
            found.Clear();
        }
        return (names, observations);
    }

    private static async Task<double> IntakeAsync(string file, string log, string data)
    {
        var clock = Stopwatch.StartNew();
        await using var node = await StartAsync(file).ConfigureAwait(false);
        var started = clock.Elapsed;
        var checkpoints = new CheckpointStore(Path.Combine(data, "intake"));
        var length = new FileInfo(log).Length;
        while (checkpoints.Load(log, out _)?.Offset != length)
            await Task.Delay(10).ConfigureAwait(false);
        return (clock.Elapsed - started).TotalSeconds;
    }

    private static async Task<double> WakeAsync(string file, HashSet<UserId> names, bool shardsUp)
    {
        await using var node = await StartAsync(file).ConfigureAwait(false);
        if (shardsUp)
        {
            // Strangers that were never seen start the shards; a node that runs for a while has them all.
            await Parallel
                .ForAsync(
                    0,
                    10_000,
                    async (index, cancel) =>
                        await node
                            .Regions.Users.Ask<UserStatus>(
                                new UserCommands.GetStatus(new UserId($"stranger{index}@example.net")),
                                TimeSpan.FromMinutes(1),
                                cancel
                            )
                            .ConfigureAwait(false)
                )
                .ConfigureAwait(false);
        }
        var place = new Place(NetworkAddress.Parse("86.130.4.5"), AddressKind.Public, "GB");
        var at = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        await Parallel
            .ForEachAsync(
                names,
                new ParallelOptions { MaxDegreeOfParallelism = 512 },
                async (user, cancel) =>
                {
                    var login = new Login(user, at, place, new ObservationOrigin("wake", shardsUp ? 2u : 1u), Service.Imap, LoginOutcome.Succeeded);
                    await node.Regions.Users.Ask<Observed>(new UserCommands.Observe(user, [login]), TimeSpan.FromMinutes(2), cancel).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        return names.Count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<GuardNode> StartAsync(string file)
    {
        var loaded = GuardConfiguration.Load(file);
        if (loaded.Settings is null)
            throw new InvalidOperationException(string.Join('\n', loaded.Faults));
        // Not disposed before the node is.
        var log = new LoggerConfiguration().MinimumLevel.Warning().WriteTo.Console().CreateLogger();
        return await GuardNode.StartAsync(loaded.Settings, loaded.Akka, log).ConfigureAwait(false);
    }

    private static long Count(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT MAX(ordering) FROM journal";
        return command.ExecuteScalar() is long rows ? rows : 0;
    }
}
