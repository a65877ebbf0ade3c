using System.Diagnostics;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;

namespace Guard.Bench.Cluster;

/// <summary>How fast sleeping accounts wake: read back alone, and with a login that is journaled before it is acknowledged. And what an awake one costs in
/// memory.</summary>
internal static class WakeBench
{
    private const int AtOnce = 1024;
    private const int WarmUp = 2000;

    /// <summary>An account rests when it was quiet for twenty seconds; what is awake is mostly that.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(25);

    public static async Task RecoveryAsync(KnownAccounts accounts, PostgresInstance postgres, int known)
    {
        Console.WriteLine($"\n## waking {known:N0} sleeping accounts, each with a snapshot and two rows behind it; shards up; one node in one process\n");
        Console.WriteLine("| engine | read back/s | of a run's other half, with a journaled login/s |\n|---|---|---|");
        foreach (
            var engine in (PersistenceEngine[])
                [PersistenceEngine.GroupCommit, PersistenceEngine.Stock, PersistenceEngine.Postgres, PersistenceEngine.PostgresStock]
        )
        {
            // The stock plug-ins take minutes where ours take seconds: a tenth tells their rate.
            var count = engine is PersistenceEngine.Stock or PersistenceEngine.PostgresStock ? known / 10 : known;
            using var store = new Store(engine, postgres);
            await accounts.WriteAsync(store, count + WarmUp).ConfigureAwait(false);
            await using var node = await NodeInProcess.StartAsync(store).ConfigureAwait(false);
            await ReadAsync(node, Enumerable.Range(count, WarmUp)).ConfigureAwait(false);
            await LoginAsync(node, Enumerable.Range(count, WarmUp), accounts.Seen).ConfigureAwait(false);
            var read = await ReadAsync(node, Enumerable.Range(0, count / 2)).ConfigureAwait(false);
            var login = await LoginAsync(node, Enumerable.Range(count / 2, count / 2), accounts.Seen).ConfigureAwait(false);
            Console.WriteLine($"| {store.Name} | {read:N0} | {login:N0} |");
        }
    }

    public static async Task MemoryAsync(KnownAccounts accounts, PostgresInstance postgres, PersistenceEngine engine, int known, int awake)
    {
        Console.WriteLine($"\n## memory: {known:N0} known accounts, {awake:N0} of them awake\n");
        Console.WriteLine(
            "| engine | known | seconds to write them | database MiB | resident MiB, none awake | awake | heap KiB an account just spoken to | its state alone | heap KiB an awake account at rest | resident MiB, those awake | most resident MiB |\n|---|---|---|---|---|---|---|---|---|---|"
        );
        var state = StateAlone(accounts);
        using var store = new Store(engine, postgres);
        var clock = Stopwatch.StartNew();
        await accounts.WriteAsync(store, known).ConfigureAwait(false);
        var written = clock.Elapsed.TotalSeconds;
        var size = store.OnPostgres
            ? (long)PostgresInstance.Scalar(store.Connection, "SELECT pg_database_size(current_database())")!
            : Directory.EnumerateFiles(store.Directory, "*.db*").Sum(file => new FileInfo(file).Length);
        await using var node = await NodeInProcess.StartAsync(store).ConfigureAwait(false);
        await LoginAsync(node, Enumerable.Range(0, WarmUp), accounts.Seen).ConfigureAwait(false);
        await Task.Delay(Rest).ConfigureAwait(false);
        var (heap, resident) = Measure();
        var first = WarmUp;
        // Sites wake with their accounts and are part of the price: a hundred accounts each.
        await LoginAsync(node, Enumerable.Range(first, awake), accounts.Seen).ConfigureAwait(false);
        var (heapBusy, _) = Measure();
        await Task.Delay(Rest).ConfigureAwait(false);
        var (heapThen, residentThen) = Measure();
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(
            $"| {store.Name} | {known:N0} | {written:F0} | {size >> 20:N0} | {resident >> 20:N0} | {awake:N0} | {(heapBusy - heap) / 1024.0 / awake:F2} | {state:F2} | {(heapThen - heap) / 1024.0 / awake:F2} | {residentThen >> 20:N0} | {self.PeakWorkingSet64 >> 20:N0} |"
        );
    }

    /// <summary>KiB of a state in memory.</summary>
    private static double StateAlone(KnownAccounts accounts)
    {
        const int Count = 10_000;
        accounts.Read(1);
        var before = Measure().Heap;
        var states = accounts.Read(Count);
        var taken = Measure().Heap - before;
        GC.KeepAlive(states);
        return taken / 1024.0 / Count;
    }

    private static (long Heap, long Resident) Measure()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, true, true);
            GC.WaitForPendingFinalizers();
        }
        using var self = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(true), self.WorkingSet64);
    }

    private static async Task<double> ReadAsync(GuardNode node, IEnumerable<int> which)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Parallel
            .ForEachAsync(
                which,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (index, cancel) =>
                {
                    var status = await node
                        .Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(KnownAccounts.Name(index)), TimeSpan.FromMinutes(2), cancel)
                        .ConfigureAwait(false);
                    if (!status.Known)
                        throw new InvalidOperationException($"{status.User} came back without its life");
                    Interlocked.Increment(ref count);
                }
            )
            .ConfigureAwait(false);
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> LoginAsync(GuardNode node, IEnumerable<int> which, DateTimeOffset seen)
    {
        var place = new Place(NetworkAddress.Parse("86.130.4.5"), AddressKind.Public, "GB");
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Parallel
            .ForEachAsync(
                which,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (index, cancel) =>
                {
                    var login = new Login(
                        KnownAccounts.Name(index),
                        seen.AddHours(1),
                        place,
                        new ObservationOrigin("wake", 1),
                        Service.Imap,
                        LoginOutcome.Succeeded
                    );
                    await node
                        .Regions.Users.Ask<Observed>(new UserCommands.Observe(login.User, [login]), TimeSpan.FromMinutes(2), cancel)
                        .ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                }
            )
            .ConfigureAwait(false);
        return count / clock.Elapsed.TotalSeconds;
    }
}
