using System.Diagnostics;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Bench.Cluster;

/// <summary>What one site entity manages: leases without a slice, which it only answers, and slices of its shared quota, which it journals one write after the
/// other.</summary>
internal static class SiteBench
{
    private const int AtOnce = 512;

    public static async Task RunAsync(PostgresInstance postgres, int requests)
    {
        Console.WriteLine($"\n## one site entity, {requests:N0} accounts that ask it\n");
        Console.WriteLine("| engine | leases without a slice/s | slices journaled/s |\n|---|---|---|");
        foreach (var engine in (PersistenceEngine[])[PersistenceEngine.GroupCommit, PersistenceEngine.Postgres, PersistenceEngine.PostgresStock])
        {
            using var store = new Store(engine, postgres);
            await using var node = await NodeInProcess
                .StartAsync(store, "policy.default.quotas = [ { per = 1d, recipients = 100000000, of = site } ]")
                .ConfigureAwait(false);
            var quota = await QuotaAsync(node.Regions.Sites).ConfigureAwait(false);
            var plain = await AskAsync(node.Regions.Sites, requests, []).ConfigureAwait(false);
            var slices = await AskAsync(node.Regions.Sites, requests, [new SliceAmount(quota, 1)]).ConfigureAwait(false);
            Console.WriteLine($"| {store.Name} | {plain:N0} | {slices:N0} |");
        }
    }

    /// <summary>The lasting key of the site's only quota.</summary>
    private static async Task<string> QuotaAsync(IActorRef sites)
    {
        var granted = await sites.Ask<LeaseGranted>(Request(0, []), TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        return Guard.Actors.Policies.PolicyCompiler.Compile(granted.SitePolicy).SiteQuotas.Single().Key;
    }

    private static SiteCommands.RequestLease Request(int account, System.Collections.Immutable.ImmutableArray<SliceAmount> needs) =>
        new(new SiteId("hot.example"), new UserId($"user{account}@hot.example"), $"{account}-{needs.Length}", DateTimeOffset.UtcNow, needs, "", []);

    private static async Task<double> AskAsync(IActorRef sites, int requests, System.Collections.Immutable.ImmutableArray<SliceAmount> needs)
    {
        var clock = Stopwatch.StartNew();
        await Parallel
            .ForAsync(
                0,
                requests,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (account, cancel) => await sites.Ask<LeaseGranted>(Request(account, needs), TimeSpan.FromMinutes(2), cancel).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return requests / clock.Elapsed.TotalSeconds;
    }
}
