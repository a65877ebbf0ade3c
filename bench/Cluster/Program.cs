using System.Globalization;
using Guard.Bench.Cluster;
using Guard.Host.Configuration;

// Engines and nodes. Usage: Cluster [recovery [ACCOUNTS]] [memory [KNOWN [AWAKE]]] [site [ACCOUNTS]] [durable [ACCOUNTS [DAYS]]]
// [shards [FEWEST [MOST]]] [growth [postgres] [ACCOUNTS...]]; without words, all of them, growth on SQLite.
// All but growth on SQLite need root and PostgreSQL; it starts its own. Prints Markdown, to be quoted with the machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] words = args.Length == 0 ? ["recovery", "memory", "site", "durable", "shards", "growth"] : args;
Console.WriteLine(
    $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, .NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}"
);
using var postgres = new PostgresInstance();
KnownAccounts? lived = null;
for (var i = 0; i < words.Length; i++)
{
    switch (words[i])
    {
        case "recovery":
            await WakeBench.RecoveryAsync(lived ??= KnownAccounts.Live(), postgres, Number(50_000));
            break;
        case "memory":
            var (known, awake) = (Number(1_000_000), Number(100_000));
            await WakeBench.MemoryAsync(lived ??= KnownAccounts.Live(), postgres, PersistenceEngine.Postgres, known, awake);
            await WakeBench.MemoryAsync(lived, postgres, PersistenceEngine.GroupCommit, known, awake);
            break;
        case "site":
            await SiteBench.RunAsync(postgres, Number(6_000));
            break;
        case "durable":
            await DurableBench.RunAsync(postgres, Number(10_000), Number(4));
            break;
        case "shards":
            await ShardsBench.RunAsync(postgres, Number(120), Number(1000));
            break;
        case "growth":
            var onPostgres = i + 1 < words.Length && words[i + 1] == "postgres" && ++i > 0;
            var sizes = new List<int>();
            while (i + 1 < words.Length && int.TryParse(words[i + 1], out var size))
            {
                sizes.Add(size);
                i++;
            }
            await GrowthBench.RunAsync(lived ??= KnownAccounts.Live(), onPostgres ? postgres : null, sizes.Count > 0 ? sizes : [10_000, 100_000, 1_000_000]);
            break;
        default:
            Console.Error.WriteLine($"'{words[i]}' is none of recovery, memory, site, durable, shards, growth");
            return 2;
    }
    int Number(int usual) => i + 1 < words.Length && int.TryParse(words[i + 1], out var number) && ++i > 0 ? number : usual;
}
return 0;
