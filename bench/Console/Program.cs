using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Guard.Bench.Shared;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Serilog;

// What the console asks of a real node on SQLite: lists of many accounts, and a live view of 500 decisions a second with several who look on.
// Usage: Console [ACCOUNTS] [SECONDS]. Prints Markdown, to be quoted with the machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var accounts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
var length = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 20);
const int PerSecond = 500;
const int Followers = 10;
var directory = Directory.CreateTempSubdirectory("accountguard-console").FullName;
var conf = Path.Combine(directory, "guard.conf");
File.WriteAllText(
    conf,
    $$"""
    accountguard {
      data-directory = "{{directory}}/data", log-level = warning, geo.fetch-default = off, console.listen = off
      cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
      intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
    }
    """
);
var loaded = GuardConfiguration.Load(conf);
await using var log = new LoggerConfiguration().MinimumLevel.Error().WriteTo.Console().CreateLogger();
await using (var node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, log))
{
    var admin = AccessScope.ServerAdmin("bench", "");
    var owner = AccessScope.SiteOwner("bench", "", new SiteId("site7.example"));
    var filling = Stopwatch.StartNew();
    for (var i = 0; i < accounts; i++)
        Observe(node, i, i);
    while ((await node.Console.Accounts.ListAsync(admin, new AccountQuery(Limit: 1), default)).Total < accounts)
        await Task.Delay(100);
    Console.WriteLine(
        $"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {accounts:N0} accounts of {accounts / 100 + 1:N0} sites in the list after {filling.Elapsed.TotalSeconds:N1} s\n"
    );

    Console.WriteLine("| list of accounts, a page of 50 | p50 ms | p95 ms | worst ms |\n|---|---|---|---|");
    await ListAsync("by name", admin, new AccountQuery());
    await ListAsync("by risk", admin, new AccountQuery(Sort: AccountSort.Risk, Descending: true));
    await ListAsync("by last seen, page 100", admin, new AccountQuery(Sort: AccountSort.LastSeen, Descending: true, Offset: Math.Min(accounts - 50, 5000)));
    await ListAsync("by sent", admin, new AccountQuery(Sort: AccountSort.Sent, Descending: true));
    await ListAsync("search in the middle of names", admin, new AccountQuery(Search: "r12"));
    await ListAsync("one country, by logins", admin, new AccountQuery(Country: "GB", Sort: AccountSort.Logins));
    await ListAsync("a site owner's", owner, new AccountQuery(Sort: AccountSort.Risk));

    using var stop = new CancellationTokenSource();
    long ticks = 0,
        shown = 0,
        left = 0;
    var following = Enumerable
        .Range(0, Followers)
        .Select(_ =>
            Task.Run(async () =>
            {
                try
                {
                    await foreach (var tick in node.Console.Live.FollowAsync(admin, stop.Token))
                    {
                        Interlocked.Increment(ref ticks);
                        Interlocked.Add(ref shown, tick.Decisions.Length);
                        Interlocked.Add(ref left, tick.Left);
                    }
                }
                catch (OperationCanceledException) { }
            })
        )
        .ToArray();
    await Task.Delay(1000);
    // Awake accounts and caches come first, so that what grows afterwards is the view's.
    await FeedAsync(node, TimeSpan.FromSeconds(5));
    var before = GC.GetTotalMemory(forceFullCollection: true);
    Interlocked.Exchange(ref ticks, 0);
    Interlocked.Exchange(ref shown, 0);
    Interlocked.Exchange(ref left, 0);
    var times = new List<double>();
    var asking = Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            await node.Console.Live.IncidentsAsync(admin, new IncidentQuery(), default);
            await node.Console.Accounts.ListAsync(admin, new AccountQuery(Sort: AccountSort.Risk, Descending: true), default);
            lock (times)
                times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(250);
        }
    });
    var sent = await FeedAsync(node, length);
    await Task.Delay(1000);
    var after = GC.GetTotalMemory(forceFullCollection: true);
    await stop.CancelAsync();
    await Task.WhenAll([.. following, asking]);
    times.Sort();
    Console.WriteLine($"\n| live view of {sent / length.TotalSeconds:N0} decisions/s, {Followers} who look on, {length.TotalSeconds:N0} s | |\n|---|---|");
    Console.WriteLine($"| ticks to each a second | {ticks / (double)Followers / length.TotalSeconds:N1} |");
    Console.WriteLine($"| decisions shown to each, left out (a tick holds 100) | {shown / Followers:N0}, {left / Followers:N0} of {sent:N0} |");
    Console.WriteLine($"| managed memory before, after | {before / 1e6:N0} MB, {after / 1e6:N0} MB |");
    Console.WriteLine($"| cards and first page of accounts meanwhile, p50, p95 ms | {times[times.Count / 2]:N1}, {times[(int)(times.Count * 0.95)]:N1} |");
    var health = await node.Console.Live.HealthAsync(admin, default);
    foreach (var item in health.Where(item => item.Area == "console"))
        Console.WriteLine($"| {item.Name} | {item.Summary} |");

    async Task ListAsync(string name, AccessScope scope, AccountQuery query)
    {
        const int Times = 200;
        var took = new double[Times];
        for (var i = 0; i < Times; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            await node.Console.Accounts.ListAsync(scope, query, default);
            took[i] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        Array.Sort(took);
        Console.WriteLine($"| {name} | {took[Times / 2]:N1} | {took[(int)(Times * 0.95)]:N1} | {took[^1]:N1} |");
    }
}
Directory.Delete(directory, true);
return 0;

async Task<long> FeedAsync(GuardNode node, TimeSpan time)
{
    var clock = Stopwatch.StartNew();
    var sent = 0L;
    while (clock.Elapsed < time)
    {
        for (var due = (long)(clock.Elapsed.TotalSeconds * PerSecond); sent < due; sent++)
            Observe(node, (int)(sent * 7919 % accounts), 1_000_000 + sent);
        await Task.Delay(10);
    }
    return sent;
}

static void Observe(GuardNode node, int number, long at)
{
    string[] countries = ["GB", "DE", "FR", "US", "PL"];
    var user = new UserId($"user{number}@site{number / 100}.example");
    var place = new Place(NetworkAddress.FromIPv4(0x5A510000u + (uint)number), Country: countries[number % countries.Length]);
    node.Regions.Users.Tell(
        new UserCommands.Observe(
            user,
            [new Login(user, DateTimeOffset.UnixEpoch.AddDays(20_500).AddMilliseconds(at), place, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded)]
        ),
        ActorRefs.NoSender
    );
}
