using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Guard.Actors.Sites.Branches;
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
    private const int Branches = 16;

    private static readonly SiteId Hot = new("hot.example");
    private static readonly SiteId Branched = new("branched.example");

    public static async Task RunAsync(PostgresInstance postgres, int requests)
    {
        Console.WriteLine($"\n## one site entity, {requests:N0} accounts that ask it\n");
        Console.WriteLine($"| engine | leases without a slice/s | slices journaled/s | the same over {Branches} branches/s |\n|---|---|---|---|");
        foreach (var engine in (PersistenceEngine[])[PersistenceEngine.GroupCommit, PersistenceEngine.Postgres, PersistenceEngine.PostgresStock])
        {
            using var store = new Store(engine, postgres);
            await using var node = await NodeInProcess
                .StartAsync(
                    store,
                    $$"""
                    policy.default.quotas = [ { per = 1d, recipients = 100000000, of = site } ]
                    policy.sites."{{Branched.Value}}".branches = {{Branches}}
                    """
                )
                .ConfigureAwait(false);
            var quota = await QuotaAsync(node.Regions.Sites).ConfigureAwait(false);
            var plain = await AskAsync(node.Regions.Sites, requests, account => Request(Hot, account, [])).ConfigureAwait(false);
            ImmutableArray<SliceAmount> needs = [new SliceAmount(quota, 1)];
            var slices = await AskAsync(node.Regions.Sites, requests, account => Request(Hot, account, needs)).ConfigureAwait(false);
            var branches = ClusterSharding.Get(node.System).ShardRegion(BranchRegion.Kind);
            var parted = await AskAsync(branches, requests, account => Request(Branched, account, needs) with { Branch = 1 + (account % Branches) })
                .ConfigureAwait(false);
            Console.WriteLine($"| {store.Name} | {plain:N0} | {slices:N0} | {parted:N0} |");
        }
    }

    /// <summary>The lasting key of the site's only quota.</summary>
    private static async Task<string> QuotaAsync(IActorRef sites)
    {
        var granted = await sites.Ask<LeaseGranted>(Request(Hot, 0, []), TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        return Guard.Actors.Policies.PolicyCompiler.Compile(granted.SitePolicy).SiteQuotas.Single().Key;
    }

    private static SiteCommands.RequestLease Request(SiteId site, int account, ImmutableArray<SliceAmount> needs) =>
        new(site, new UserId($"user{account}@{site.Value}"), $"{account}-{needs.Length}", DateTimeOffset.UtcNow, needs, "", []);

    private static async Task<double> AskAsync(IActorRef whom, int requests, Func<int, SiteCommands.RequestLease> request)
    {
        var clock = Stopwatch.StartNew();
        await Parallel
            .ForAsync(
                0,
                requests,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (account, cancel) => await whom.Ask<LeaseGranted>(request(account), TimeSpan.FromMinutes(2), cancel).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return requests / clock.Elapsed.TotalSeconds;
    }
}
