using System.Globalization;
using Guard.Bench.Scale;

// Simulates what no machine here can hold: 100 nodes and 100 million accounts. Usage: Scale [NAME=VALUE]... with the names of ScaleAssumptions. Prints
// Markdown. The same numbers on every run.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var assumed = new ScaleAssumptions();
foreach (var pair in args.Select(argument => argument.Split('=', 2)))
{
    if (
        pair.Length != 2
        || typeof(ScaleAssumptions).GetProperty(pair[0]) is not { CanWrite: true } property
        || !double.TryParse(pair[1], CultureInfo.InvariantCulture, out var value)
    )
    {
        Console.Error.WriteLine(
            $"'{string.Join('=', pair)}' is not NAME=NUMBER of {string.Join(", ", typeof(ScaleAssumptions).GetProperties().Where(known => known.CanWrite).Select(known => known.Name))}"
        );
        return 2;
    }
    property.SetValue(assumed, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
}
Console.WriteLine($"Simulated, not measured. {assumed}\n");
Console.WriteLine(
    $"{assumed.ObservationsPerSecond:N0} observations/s in the busiest hour, {assumed.ObservationsPerSecond / assumed.Nodes:N0} a node; {assumed.ObservationsPerSecond / assumed.ObservationsPerRow:N0} journal rows/s: {assumed.Journals} PostgreSQL servers\n"
);

Console.WriteLine($"## Shards: the busiest node over the mean, {assumed.Accounts:N0} accounts of very different traffic\n");
int[] nodes = [3, 10, 30, 100, 300, 1000];
Console.WriteLine(
    $"| shards | busiest shard over the mean | {string.Join(" | ", nodes.Select(count => $"{count} nodes"))} |\n|---|---|{string.Concat(nodes.Select(_ => "---|"))}"
);
foreach (var shards in new[] { 100, 1000, 10_000 })
{
    var loads = ShardBalance.ShardLoads(assumed.Accounts, shards, 1.5, 1);
    Console.WriteLine(
        $"| {shards:N0} | {ShardBalance.Unevenness(loads):F2} | {string.Join(" | ", nodes.Select(count => count > shards ? "–" : $"{ShardBalance.Unevenness(ShardBalance.NodeLoads(loads, count)):F2}"))} |"
    );
}

const int Hot = 10_000_000;
const int Seconds = 600;
var mails = Hot * assumed.MailsEach / 86_400 * assumed.Peak;
Console.WriteLine(
    $"\n## One site of {Hot:N0} accounts under one shared quota, {mails:N0} mails/s, {Seconds} s; one entity makes about {assumed.SiteRowsPerSecond:N0} writes/s\n"
);
Console.WriteLine(
    "| branches | quota | mails | refused | of the quota not used at the first refusal | messages/s at the root, busiest second | at the busiest branch | most leases at one entity | recall messages | sums right |\n|---|---|---|---|---|---|---|---|---|---|"
);
foreach (var branches in new[] { 0, 16, 64, 256 })
{
    foreach (var quota in new[] { (long)(mails * Seconds * 2), (long)(mails * Seconds * 0.9) })
    {
        var outcome = new HotSite(Hot, mails, Seconds, quota, branches, 1).Run();
        Console.WriteLine(
            $"| {(branches == 0 ? "none, as it is" : branches)} | {quota:N0} | {outcome.Mails:N0} | {outcome.Refused:N0} | {outcome.StrandedAtFirstRefusal:N0} | {outcome.RootPerSecond:N0} | {outcome.BranchPerSecond:N0} | {outcome.MaxHolders:N0} | {outcome.RecallMessages:N0} | {(outcome.Conserved ? "yes" : "NO")} |"
        );
    }
}

Console.WriteLine(
    $"\n## A region is lost in the busiest hour; {assumed.DownAfter:N0} s until its nodes are counted as down, {assumed.AllotShards:N0} s for their shards\n"
);
Console.WriteLine(
    "| nodes lost | wakes/s a node | questions | answered without the guard | longest queue | calm after s | accounts woken in 10 min | sums right |\n|---|---|---|---|---|---|---|---|"
);
foreach (var lost in new[] { 1, 10, 33 })
{
    foreach (var rate in new[] { 500.0, assumed.RecoveriesPerNode })
    {
        var outcome = new RegionFailure(assumed with { RecoveriesPerNode = rate }, lost, 1, 600, 1).Run();
        Console.WriteLine(
            $"| {lost} | {rate:N0} | {outcome.Asked:N0} | {outcome.FailedOpen:N0} | {outcome.LongestQueue:N0} | {outcome.CalmAfter:F1} | {outcome.WokenAgain:N0} | {(outcome.Conserved ? "yes" : "NO")} |"
        );
    }
}
return 0;
