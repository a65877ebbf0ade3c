using System.Diagnostics;
using Guard.Bench.Shared;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Bench.Cluster;

/// <summary>Guards in processes of their own, each following a log of its own, with the accounts of all logs spread over all of them, until everything is
/// journaled.</summary>
internal static class DurableBench
{
    public static async Task RunAsync(PostgresInstance postgres, int accounts, int days)
    {
        Console.WriteLine($"\n## durable intake: {accounts:N0} accounts, {days} days; real processes; every node on this one machine\n");
        Console.WriteLine("| engine | nodes | observations | seconds | observations/s | journal rows | resident MiB of all |\n|---|---|---|---|---|---|---|");
        foreach (
            var (engine, nodes) in ((PersistenceEngine, int)[])
                [
                    (PersistenceEngine.GroupCommit, 1),
                    (PersistenceEngine.Postgres, 1),
                    (PersistenceEngine.PostgresStock, 1),
                    (PersistenceEngine.Postgres, 3),
                    (PersistenceEngine.PostgresStock, 3),
                ]
        )
        {
            using var store = new Store(engine, postgres);
            await MeasureAsync(store, nodes, accounts, days).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(Store store, int nodes, int accounts, int days)
    {
        var logs = Logs(store, nodes, accounts, days);
        var observations = logs.Sum(Count);
        var ports = logs.Select(_ => FreePort.Next()).ToArray();
        // The logs come when all nodes are up: what is measured is the intake, not the start.
        foreach (var log in logs)
            File.Move(log, log + ".later");
        foreach (var log in logs)
            await File.WriteAllTextAsync(log, "").ConfigureAwait(false);
        var guards = new List<GuardProcess>();
        try
        {
            for (var i = 0; i < nodes; i++)
                guards.Add(GuardProcess.Start(store, i, ports[i], ports, logs[i]));
            await GuardProcess.UntilUpAsync(guards, store).ConfigureAwait(false);
            var clock = Stopwatch.StartNew();
            foreach (var log in logs)
                await AppendAsync(log + ".later", log).ConfigureAwait(false);
            await GuardProcess.UntilAsync(() => guards.TrueForAll(guard => guard.Through)).ConfigureAwait(false);
            var seconds = clock.Elapsed.TotalSeconds;
            Console.WriteLine(
                $"| {store.Name} | {nodes} | {observations:N0} | {seconds:F1} | {observations / seconds:N0} | {store.Rows():N0} | {guards.Sum(guard => guard.Resident) >> 20} |"
            );
        }
        finally
        {
            foreach (var guard in guards)
                guard.Dispose();
        }
    }

    /// <summary>One log for each node; the accounts of one are on no other, their entities are anywhere.</summary>
    private static string[] Logs(Store store, int nodes, int accounts, int days)
    {
        var whole = Path.Combine(store.Directory, "whole.log");
        using (
            var process = Process.Start(
                Path.Combine(GuardProcess.Repository, "bench/DemoLog/bin/Release/net10.0/Guard.Bench.DemoLog"),
                [whole, $"{accounts}", $"{days}"]
            )
        )
            process.WaitForExit();
        if (nodes == 1)
            return [whole];
        var files = Enumerable.Range(0, nodes).Select(node => Path.Combine(store.Directory, $"part-{node}.log")).ToArray();
        var writers = files.Select(file => new StreamWriter(file)).ToArray();
        var place = 0L;
        // By time slices of a thousand lines: joins between lines stay together for the most part, and each node sees all accounts.
        foreach (var line in File.ReadLines(whole))
            writers[place++ / 1000 % nodes].WriteLine(line);
        foreach (var writer in writers)
            writer.Dispose();
        return files;
    }

    private static long Count(string log)
    {
        var parser = new LogParser(
            new LogParserSettings(log, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddYears(10), TimeZoneInfo.Utc, "dovecot", false),
            UserNames.Of(GuardConfiguration.Load(null).Settings!.Logs),
            NoPlaces.Instance
        );
        var found = new List<Observation>();
        long count = 0;
        long offset = 0;
        foreach (var line in File.ReadLines(log))
        {
            parser.Feed(System.Text.Encoding.UTF8.GetBytes(line), 0, offset, found);
            offset += line.Length + 1;
            count += found.Count;
            found.Clear();
        }
        return count;
    }

    private static async Task AppendAsync(string from, string to)
    {
        await using var source = File.OpenRead(from);
        await using var target = new FileStream(to, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await source.CopyToAsync(target).ConfigureAwait(false);
    }

    private sealed class NoPlaces : IPlaceLookup
    {
        public static readonly NoPlaces Instance = new();

        public Guard.Messages.Places.Place Find(Guard.Messages.Places.NetworkAddress address) => new(address, Guard.Messages.Places.AddressKind.Public, "");
    }
}
