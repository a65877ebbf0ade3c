using System.Diagnostics;
using System.Globalization;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Ipset;
using Guard.Host.Enforcement.Nftables;
using Guard.Host.Platform;
using Guard.Messages.Places;

// Loads many addresses into a firewall that stands in a network namespace of its own, and prints how long each step took.
// Usage: Guard.Bench.Firewall [ADDRESSES] [ROUNDS]; needs root, ip, nft and ipset.
var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
var runner = new ProcessRunner();
var clock = TimeProvider.System;

foreach (
    var (name, make) in new (string, Func<IProcessRunner, IFirewallBackend>)[]
    {
        ("nftables", inside => new NftablesBackend(inside, clock)),
        ("ipset", inside => new IpsetBackend(inside, clock)),
    }
)
{
    var figures = new Dictionary<string, List<double>>();
    for (var round = 0; round < rounds; round++)
    {
        var space = $"agbench{Environment.ProcessId}";
        await Ip("netns", "add", space);
        try
        {
            var firewall = make(new Inside(runner, space));
            var until = clock.GetUtcNow() + TimeSpan.FromHours(2);
            WantedBlock[] wanted = [.. Enumerable.Range(0, count).Select(i => new WantedBlock(Network(i), until))];
            await Time("load all into an empty firewall", () => firewall.Apply(wanted, []));
            await Time("one address more", () => firewall.Apply([new WantedBlock(Network(count), until)], []));
            await Time("renew all", () => firewall.Apply(wanted, []));
            // A figure for work that was not done would be worth nothing.
            var standing = 0;
            await Time("list all", async () => standing = (await firewall.List()).Count);
            if (standing != count + 1)
                throw new EnforcementException($"{standing} blocks stand instead of {count + 1}");
            await Time("reconcile without a difference", () => firewall.Reconcile(wanted));
            await Time("remove all", () => firewall.Reconcile([]));
        }
        finally
        {
            await Ip("netns", "del", space);
        }
    }
    foreach (var (what, seconds) in figures)
    {
        seconds.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {what}, {count} addresses: {seconds[0]:0.000} / {seconds[seconds.Count / 2]:0.000} / {seconds[^1]:0.000} s (min/median/max of {rounds})"
            )
        );
    }

    async Task Time(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        if (!figures.TryGetValue(what, out var seconds))
            figures[what] = seconds = [];
        seconds.Add(watch.Elapsed.TotalSeconds);
    }
}
return 0;

// Nine addresses of ten are IPv4; the tenth is an IPv6 /64.
static NetworkPrefix Network(int i) =>
    i % 10 == 9
        ? new NetworkPrefix(NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) | ((UInt128)(uint)i << 64)), 64)
        : new NetworkPrefix(NetworkAddress.FromIPv4(0x0B000000u + (uint)i * 7), 32);

async Task Ip(params string[] arguments)
{
    var outcome = await runner.Run(new ProcessRequest("ip", [.. arguments]));
    if (!outcome.Succeeded)
        throw new EnforcementException($"ip {string.Join(' ', arguments)}: {outcome.Complaint}");
}

internal sealed class Inside(IProcessRunner runner, string space) : IProcessRunner
{
    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
        runner.Run(request with { Program = "ip", Arguments = ["netns", "exec", space, request.Program, .. request.Arguments] }, cancellation);
}
