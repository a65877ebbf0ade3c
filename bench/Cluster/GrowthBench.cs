using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Guard.Bench.Shared;
using Guard.Host.Configuration;

namespace Guard.Bench.Cluster;

/// <summary>
/// What grows with the accounts that a node knows and that sleep: one real guard on SQLite or PostgreSQL, at each size the same year of life behind each
/// account. Every row stands beside how it grew, so that what grows faster than the size, or grows at all where it need not, can be seen.
/// </summary>
internal static class GrowthBench
{
    private const int PerSite = 100;
    private const int Woken = 2000;
    private const int WakeConnections = 16;

    /// <summary>More than the guard forgets in one look.</summary>
    private const int Left = 600;

    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <param name="postgres">Null: on SQLite.</param>
    public static async Task RunAsync(KnownAccounts lived, PostgresInstance? postgres, IReadOnlyList<int> sizes)
    {
        var table = new GrowthTable(sizes);
        foreach (var size in sizes)
            await MeasureAsync(lived, postgres, size, table).ConfigureAwait(false);
        Console.WriteLine(
            $"\n## growth: one node in a process of its own, {(postgres is null ? "SQLite" : "PostgreSQL on the same machine")}, sites of 100 accounts\n"
        );
        Console.WriteLine(table);
    }

    /// <returns>How many accounts were forgotten a second: from the last look that found all of them to the first that found 500 gone, at most a minute.</returns>
    private static async Task<double> ForgettingAsync(IGrowthDatabase database, DateTimeOffset seen)
    {
        var (begun, left) = (Stopwatch.GetTimestamp(), (long)Left);
        await GuardProcess
            .UntilAsync(() =>
            {
                var now = Stopwatch.GetTimestamp();
                left = database.SeenBefore(seen);
                if (left == Left)
                    begun = now;
                // None at all: its file could not be read just now.
                return left is > 0 and <= Left - 500 || Stopwatch.GetElapsedTime(begun) > LongEnough;
            })
            .ConfigureAwait(false);
        return (Left - left) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task MeasureAsync(KnownAccounts lived, PostgresInstance? postgres, int accounts, GrowthTable table)
    {
        using var store = new Store(postgres is null ? PersistenceEngine.GroupCommit : PersistenceEngine.Postgres, postgres);
        var (port, door, web) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        var data = Path.Combine(store.Directory, "node-0");
        var config = Path.Combine(store.Directory, "node-0.conf");
        var log = Path.Combine(store.Directory, "empty.log");
        using IGrowthDatabase database = postgres is null ? new SqliteGrowthDatabase(store, data) : new PostgresGrowthDatabase(store);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(log, "").ConfigureAwait(false);
        // Strangers' names were taken out of a journal of this age long ago.
        await File.WriteAllTextAsync(Path.Combine(data, "names-cleaned"), "finished").ConfigureAwait(false);
        await lived.WriteAsync(store, accounts, Left).ConfigureAwait(false);
        table.Begin();
        table.Add("journal, MiB", database.Journal);
        table.Add("archive of 29 days, MiB", GrowthData.Archive(data, accounts - Left, PerSite) / 1048576.0);

        GuardProcess Start() =>
            GuardProcess.Start(
                store,
                0,
                port,
                [port],
                log,
                $"intake {{ logs.clock = wall, postfix-policy.listen = \"127.0.0.1:{door}\", unanswered = defer, deadline = 1s }}\n  console.listen = \"127.0.0.1:{web}\""
            );

        var clock = Stopwatch.StartNew();
        using (var guard = Start())
        {
            table.Add("first start: s to the first answer", await AnsweredAsync(guard, door, clock).ConfigureAwait(false));
            var while_ = await SteadyQuestions
                .WhileAsync(door, () => GuardProcess.UntilAsync(() => guard.Resident > 0 && database.IsListed))
                .ConfigureAwait(false);
            table.Add("first start: s until the list of accounts is whole", clock.Elapsed.TotalSeconds);
            table.Add("accounts in the list", database.Listed);
            table.Add("answers meanwhile, p99 / worst ms", while_);
            table.Add("resident MiB, list just whole", guard.Resident >> 20);
            await Task.Delay(Rest).ConfigureAwait(false);
            table.Add("resident MiB at rest", guard.Resident >> 20);
            clock.Restart();
            await guard.StopAsync().ConfigureAwait(false);
            table.Add("s to stop", clock.Elapsed.TotalSeconds);
        }
        database.Records();
        var console = database.Console;
        table.Add(console.Row, console.MiB);
        var token = await GrowthData.TokenAsync(config).ConfigureAwait(false);

        var logged = database.LogPosition;
        clock.Restart();
        using (var guard = Start())
        {
            table.Add("second start: s to the first answer", await AnsweredAsync(guard, door, clock).ConfigureAwait(false));
            var started = clock.Elapsed;
            var expired = database.Expired;
            // The guard looks for accounts to forget when it ran for a minute: the clean-up may not be over then.
            var forgetting = ForgettingAsync(database, lived.Between);
            var cleaned = 0.0;
            var cleaning = await SteadyQuestions
                .WhileAsync(
                    door,
                    async () =>
                    {
                        await GuardProcess.UntilAsync(() => database.IsClean).ConfigureAwait(false);
                        cleaned = (clock.Elapsed - started).TotalSeconds;
                        await Task.Delay(2000).ConfigureAwait(false);
                    }
                )
                .ConfigureAwait(false);
            table.Add(
                $"clean-up of a day's rows that are over, {(expired == accounts ? "one an account" : expired.ToString(CultureInfo.InvariantCulture))}: s",
                cleaned
            );
            table.Add("answers meanwhile, p99 / worst ms", cleaning);
            var behind = database.Log(logged);
            table.Add(behind.Row, behind.MiB);
            await Task.Delay(Rest).ConfigureAwait(false);
            table.Add("resident MiB at rest", guard.Resident >> 20);

            var untilForgotten = await SteadyQuestions.WhileAsync(door, () => Task.WhenAll(forgetting, Task.Delay(2000))).ConfigureAwait(false);
            table.Add("500 accounts that were not seen are forgotten: a second", await forgetting.ConfigureAwait(false));
            table.Add("answers until then, or for 2 s where it was over, p99 / worst ms", untilForgotten);
            table.Add("answers, nothing else, p99 / worst ms", await SteadyQuestions.WhileAsync(door, () => Task.Delay(10_000)).ConfigureAwait(false));
            await WakeAsync(door, accounts, table).ConfigureAwait(false);
            table.Add("resident MiB, those awake", guard.Resident >> 20);
            await ListsAsync(web, token, accounts, table).ConfigureAwait(false);
            table.Add("resident MiB, after the lists", guard.Resident >> 20);

            clock.Restart();
            table.Add(
                "answers while one account is forgotten, p99 / worst ms",
                await SteadyQuestions
                    .WhileAsync(door, () => CommandAsync("user", "forget", KnownAccounts.Name(accounts / 3).Value, "--config", config))
                    .ConfigureAwait(false)
            );
            table.Add("user forget: s", clock.Elapsed.TotalSeconds);

            var copy = Path.Combine(store.Directory, "copy");
            var dump = Path.Combine(store.Directory, "dump");
            if (store.OnPostgres)
                await DumpedAsync(store, door, copy, dump, config, table).ConfigureAwait(false);
            else
                await CopiedAsync(store, door, copy, config, table).ConfigureAwait(false);
            await guard.StopAsync().ConfigureAwait(false);
            clock.Restart();
            if (store.OnPostgres)
            {
                database.Dispose();
                PostgresInstance.Restore(store.Connection, dump);
                table.Add("pg_restore into an empty database: s", clock.Elapsed.TotalSeconds);
                clock.Restart();
            }
            await CommandAsync("restore", copy, "--config", config).ConfigureAwait(false);
            table.Add(store.OnPostgres ? "restore of all but the database: s" : "restore: s", clock.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The back-up that holds everything.</summary>
    private static async Task CopiedAsync(Store store, int door, string copy, string config, GrowthTable table)
    {
        var clock = Stopwatch.StartNew();
        var wal = 0.0;
        var backup = await SteadyQuestions
            .WhileAsync(
                door,
                async () =>
                {
                    var copying = CommandAsync("backup", copy, "--config", config);
                    while (!copying.IsCompleted)
                    {
                        wal = Math.Max(wal, FileSize.MiB(store.File + "-wal"));
                        await Task.WhenAny(copying, Task.Delay(100)).ConfigureAwait(false);
                    }
                    await copying.ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        table.Add("backup: s", clock.Elapsed.TotalSeconds);
        table.Add("backup: MiB", FileSize.MiB(copy));
        table.Add("answers meanwhile, p99 / worst ms", backup);
        table.Add("largest write-ahead log of the journal meanwhile, MiB", wal);
    }

    /// <summary>With PostgreSQL an administrator copies what lies in the data directory, and then dumps the database.</summary>
    private static async Task DumpedAsync(Store store, int door, string copy, string dump, string config, GrowthTable table)
    {
        var clock = Stopwatch.StartNew();
        var backup = await SteadyQuestions.WhileAsync(door, () => CommandAsync("backup", copy, "--config", config)).ConfigureAwait(false);
        table.Add("backup of all but the database: s", clock.Elapsed.TotalSeconds);
        table.Add("backup of all but the database: MiB", FileSize.MiB(copy));
        table.Add("answers meanwhile, p99 / worst ms", backup);
        clock.Restart();
        var dumping = await SteadyQuestions.WhileAsync(door, () => Task.Run(() => PostgresInstance.Dump(store.Connection, dump))).ConfigureAwait(false);
        table.Add("pg_dump: s", clock.Elapsed.TotalSeconds);
        table.Add("pg_dump, compressed: MiB", FileSize.MiB(dump));
        table.Add("answers meanwhile, p99 / worst ms", dumping);
    }

    private static async Task<double> AnsweredAsync(GuardProcess guard, int door, Stopwatch clock)
    {
        while (true)
        {
            _ = guard.Resident;
            try
            {
                using var client = await PolicyClient.ConnectAsync(door).ConfigureAwait(false);
                if (await client.IsLetThroughAsync(KnownAccounts.Name(0).Value).ConfigureAwait(false))
                    return clock.Elapsed.TotalSeconds;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // It does not listen yet.
            }
            await Task.Delay(20).ConfigureAwait(false);
        }
    }

    /// <summary>Accounts that sleep, each asked for once, spread over all.</summary>
    private static async Task WakeAsync(int door, int accounts, GrowthTable table)
    {
        var numbers = new Random(1);
        var asleep = Enumerable.Range(0, Woken).Select(_ => numbers.Next(1000, accounts - Left)).Distinct().ToArray();
        var took = new double[asleep.Length];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
                Enumerable
                    .Range(0, WakeConnections)
                    .Select(async _ =>
                    {
                        using var client = await PolicyClient.ConnectAsync(door).ConfigureAwait(false);
                        for (var one = Interlocked.Increment(ref next); one < asleep.Length; one = Interlocked.Increment(ref next))
                        {
                            var since = Stopwatch.GetTimestamp();
                            if (!await client.IsLetThroughAsync(KnownAccounts.Name(asleep[one]).Value).ConfigureAwait(false))
                                throw new InvalidOperationException("a sleeping account was not answered for");
                            took[one] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
                        }
                    })
            )
            .ConfigureAwait(false);
        table.Add("sleeping accounts asked for, each once: a second", took.Length / clock.Elapsed.TotalSeconds);
        Array.Sort(took);
        table.Add("woken, ms: median", Percentile.At(took, 0.5));
        table.Add("woken, ms: p99", Percentile.At(took, 0.99));
    }

    private static async Task ListsAsync(int web, string token, int accounts, GrowthTable table)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}/api/v1/"), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var site = KnownAccounts.Name(accounts / 2).Domain;
        (string Name, string Path)[] lists =
        [
            ("accounts, first page", "accounts"),
            ("accounts, page in the middle", $"accounts?offset={accounts / 2}"),
            ("accounts, last page", $"accounts?offset={accounts - Left - 60}"),
            ("accounts, search by a whole name", $"accounts?search={Uri.EscapeDataString(KnownAccounts.Name(accounts / 2).Value)}"),
            ("accounts, search by a part of names", "accounts?search=r12"),
            ("accounts of one site", $"accounts?site={site}"),
            ("accounts above normal", "accounts?atLeast=reported"),
            ("accounts by risk", "accounts?sort=risk&descending=true"),
            ("accounts by last seen", "accounts?sort=last-seen&descending=true"),
            ("accounts by last seen, in the middle", $"accounts?sort=last-seen&descending=true&offset={accounts / 2}"),
            ("accounts by site", "accounts?sort=site"),
            ("accounts by mails sent today", "accounts?sort=sent&descending=true"),
            ("accounts by logins", "accounts?sort=logins&descending=true"),
            ("accounts by country", "accounts?sort=country"),
            ("accounts of one country", "accounts?country=GB"),
            ("one account", $"accounts/{KnownAccounts.Name(accounts / 2).Value}"),
            ("time line of one account", $"accounts/{KnownAccounts.Name(accounts / 2).Value}/timeline"),
            ("sites, first page", "sites"),
            ("sites, last page", $"sites?offset={accounts / PerSite - 50}"),
            ("sites, search", "sites?search=site77"),
            ("one site", $"sites/{site}"),
            ("incidents, open", "incidents?open=true"),
            ("incidents, all, newest first", "incidents?open=all"),
            ("incidents of a year ago", $"incidents?open=all&offset={Math.Max(0, accounts / 200 - 60)}"),
            ("incidents by mails", "incidents?open=all&sort=mails"),
            ("summary above every page", "summary"),
            ("map of a day", "map?back=1d"),
        ];
        foreach (var (name, path) in lists)
            table.Add($"{name}, ms", await MedianAsync(() => GetAsync(client, path)).ConfigureAwait(false));
        var draft = """{"own":{"quotas":[{"per":"1d","recipients":1}]}}""";
        table.Add($"what-if of one site, ms", await MedianAsync(() => PostAsync(client, $"policies/sites/{site}/what-if", draft)).ConfigureAwait(false));
        table.Add(
            $"what-if of one account, ms",
            await MedianAsync(() => PostAsync(client, $"policies/sites/{site}/users/{KnownAccounts.Name(accounts / 2).Value}/what-if", draft))
                .ConfigureAwait(false)
        );
        var whole = Stopwatch.StartNew();
        await PostAsync(client, "policies/default/what-if", draft).ConfigureAwait(false);
        table.Add("what-if of all accounts, s (bounded by what-if-patience)", whole.Elapsed.TotalSeconds);
    }

    private static async Task<double> MedianAsync(Func<Task> ask)
    {
        var took = new double[5];
        for (var i = 0; i < took.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await ask().ConfigureAwait(false);
            took[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
        Array.Sort(took);
        return Percentile.At(took, 0.5);
    }

    private static async Task GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
    }

    private static async Task PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, content).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
    }

    private static async Task CommandAsync(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(GuardProcess.Program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', words)}: {string.Concat(said)}");
    }
}
