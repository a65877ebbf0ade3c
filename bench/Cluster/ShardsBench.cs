using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Actors.Users;
using Guard.Bench.Shared;
using Guard.Host.Configuration;

namespace Guard.Bench.Cluster;

/// <summary>
/// What many shards cost three real nodes: from the first question until an account of every shard was answered for, and the same after a node was killed. Asked
/// as Postfix asks, through a node that stays.
/// </summary>
internal static class ShardsBench
{
    private const int Nodes = 3;
    private const int Sites = 50;

    /// <summary>More than one node's share of the shards, each of which waits for the guard's deadline.</summary>
    private const int Connections = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(PostgresInstance postgres, int fewest, int most)
    {
        Console.WriteLine($"\n## shards: {Nodes} nodes in processes of their own on this one machine, PostgreSQL, one account of each shard asked for\n");
        Console.WriteLine(
            "| shards | killed | all answered first, s | answered, warm: median ms | moved | answered again after s: median | 99 % | last | others without an answer meanwhile |\n|---:|---|---:|---:|---:|---:|---:|---:|---:|"
        );
        foreach (var shards in (int[])[fewest, most])
        {
            foreach (var oldest in (bool[])[false, true])
                await MeasureAsync(postgres, shards, oldest).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(PostgresInstance postgres, int shards, bool oldest)
    {
        using var store = new Store(PersistenceEngine.Postgres, postgres);
        var log = Path.Combine(store.Directory, "empty.log");
        await File.WriteAllTextAsync(log, "").ConfigureAwait(false);
        int[] ports = [.. Enumerable.Range(0, Nodes).Select(_ => FreePort.Next())];
        int[] doors = [.. Enumerable.Range(0, Nodes).Select(_ => FreePort.Next())];
        var guards = new List<GuardProcess>();
        try
        {
            for (var node = 0; node < Nodes; node++)
            {
                guards.Add(
                    GuardProcess.Start(
                        store,
                        node,
                        ports[node],
                        ports,
                        log,
                        $"cluster.shards = {shards}\n  intake {{ postfix-policy.listen = \"127.0.0.1:{doors[node]}\", unanswered = defer, deadline = 1s }}"
                    )
                );
                // The first one is the oldest.
                await GuardProcess.UntilUpAsync(guards, store).ConfigureAwait(false);
            }
            var accounts = OneOfEach(shards);
            var lost = oldest ? 0 : Nodes - 1;
            var asked = doors[oldest ? 1 : 0];
            var first = await UntilAnsweredAsync(asked, accounts).ConfigureAwait(false);
            var warm = await UntilAnsweredAsync(asked, accounts).ConfigureAwait(false);
            guards[lost].Dispose();
            guards.RemoveAt(lost);
            var again = await UntilAnsweredAsync(asked, accounts).ConfigureAwait(false);
            // Who was asked for again was not answered for at once: those of the lost node, and those that waited for something that was on it.
            var moved = again.Where(one => one.Tries > 1).Select(one => one.Seconds).Order().ToArray();
            var share = accounts.Length / Nodes;
            Console.WriteLine(
                $"| {shards} | {(oldest ? "the oldest" : "another")} | {first.Max(one => one.Seconds):F1} | {1000 * Percentile.At([.. warm.Select(one => one.Took).Order()], 0.5):F1} | {moved.Length} of {accounts.Length} | {Percentile.At(moved, 0.5):F1} | {Percentile.At(moved, 0.99):F1} | {Percentile.At(moved, 1):F1} | {Math.Max(0, moved.Length - share)} |"
            );
        }
        finally
        {
            foreach (var guard in guards)
                guard.Dispose();
        }
    }

    /// <summary>An account's way to its answer.</summary>
    /// <param name="Seconds">From the beginning of all.</param>
    /// <param name="Took">The last question alone.</param>
    private readonly record struct Answered(double Seconds, double Took, int Tries);

    private static string[] OneOfEach(int shards)
    {
        var extractor = new UserMessageExtractor(shards);
        var found = new Dictionary<string, string>();
        for (var number = 0; found.Count < shards; number++)
        {
            var user = $"user{number}@site{number % Sites}.example.com";
            found.TryAdd(extractor.ShardId(user)!, user);
        }
        return [.. found.Values];
    }

    /// <summary>Whoever is not answered for comes again behind all others, so that none holds up another.</summary>
    private static async Task<Answered[]> UntilAnsweredAsync(int port, string[] accounts)
    {
        var begin = Stopwatch.GetTimestamp();
        var answered = new Answered[accounts.Length];
        var waiting = new ConcurrentQueue<(int Account, int Tries)>(Enumerable.Range(0, accounts.Length).Select(account => (account, 1)));
        var left = accounts.Length;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Connections, accounts.Length)).Select(_ => TalkAsync())).ConfigureAwait(false);
        return answered;

        async Task TalkAsync()
        {
            using var client = await PolicyClient.ConnectAsync(port).ConfigureAwait(false);
            while (Volatile.Read(ref left) > 0)
            {
                if (!waiting.TryDequeue(out var next))
                {
                    await Task.Delay(Pause).ConfigureAwait(false);
                    continue;
                }
                var (account, tries) = next;
                var since = Stopwatch.GetTimestamp();
                if (await client.IsLetThroughAsync(accounts[account]).ConfigureAwait(false))
                {
                    answered[account] = new Answered(Stopwatch.GetElapsedTime(begin).TotalSeconds, Stopwatch.GetElapsedTime(since).TotalSeconds, tries);
                    Interlocked.Decrement(ref left);
                    continue;
                }
                if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromMinutes(5))
                    throw new TimeoutException($"{accounts[account]} was not answered for in five minutes");
                await Task.Delay(Pause).ConfigureAwait(false);
                waiting.Enqueue((account, tries + 1));
            }
        }
    }
}
