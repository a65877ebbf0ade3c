using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Ipset;

/// <summary>
/// Blocks with ipset and iptables, for machines whose firewall is made of these: two sets, a chain of our own in the raw table, and one jump to it
/// at the head of PREROUTING. Unlike nftables a change is not one transaction: when it fails half-way it is said again.
/// </summary>
public sealed class IpsetBackend(IProcessRunner runner, TimeProvider clock, string table = "raw", string from = "PREROUTING") : IFirewallBackend
{
    // ipset counts no further.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2_147_483);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const int ListingLimit = 256 << 20;
    private const string LockWait = "10";

    private bool _rulesStand;

    public bool EndsBlocksItself => true;

    public async Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default)
    {
        var change = BlockList.From(add, remove, clock.GetUtcNow(), Longest);
        Check(
            "change its sets",
            await Run(new ProcessRequest("ipset", "restore") { Input = IpsetScript.Change(change), Timeout = Patience }, "ipset", cancellation)
                .ConfigureAwait(false)
        );
        if (!_rulesStand)
            await LayRules(cancellation).ConfigureAwait(false);
    }

    public async Task<IReadOnlyCollection<StandingBlock>> List(CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var blocks = new List<StandingBlock>();
        foreach (var set in new[] { IpsetScript.Set4, IpsetScript.Set6 })
        {
            var outcome = await Run(new ProcessRequest("ipset", "save", set) { OutputLimit = ListingLimit, Timeout = Patience }, "ipset", cancellation)
                .ConfigureAwait(false);
            if (outcome.Succeeded)
                blocks.AddRange(IpsetListing.Parse(outcome.Output, now));
            else if (!outcome.Error.Contains("does not exist", StringComparison.Ordinal))
                Check("list its sets", outcome);
        }
        return blocks;
    }

    public async Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default)
    {
        var difference = BlockDifference.Between(wanted, await List(cancellation).ConfigureAwait(false), clock.GetUtcNow(), Longest);
        // Another tool may have flushed our chain or put its rules before ours.
        _rulesStand = false;
        await Apply(difference.Add, difference.Remove, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes the jumps, the chains and the sets.</summary>
    public async Task Withdraw(CancellationToken cancellation = default)
    {
        _rulesStand = false;
        foreach (var tool in new[] { "iptables", "ip6tables" })
        {
            while (await Jumps(tool, cancellation).ConfigureAwait(false))
                Check("remove its jump", await Iptables(tool, cancellation, "-D", from, "-j", IpsetScript.Chain).ConfigureAwait(false));
            if (!(await Iptables(tool, cancellation, "-F", IpsetScript.Chain).ConfigureAwait(false)).Succeeded)
                continue;
            Check("remove its chain", await Iptables(tool, cancellation, "-X", IpsetScript.Chain).ConfigureAwait(false));
        }
        foreach (var set in new[] { IpsetScript.Set4, IpsetScript.Set6 })
        {
            var outcome = await Run(new ProcessRequest("ipset", "destroy", set), "ipset", cancellation).ConfigureAwait(false);
            if (!outcome.Error.Contains("does not exist", StringComparison.Ordinal))
                Check("remove its sets", outcome);
        }
    }

    private async Task LayRules(CancellationToken cancellation)
    {
        foreach (var (tool, version6) in new[] { ("iptables", false), ("ip6tables", true) })
        {
            var rules = new ProcessRequest(tool + "-restore", "-w", LockWait, "--noflush") { Input = IpsetScript.Rules(table, version6) };
            Check("fill its chain", await Run(rules, "iptables", cancellation).ConfigureAwait(false));
            if (!await Jumps(tool, cancellation).ConfigureAwait(false))
                Check("jump to its chain", await Iptables(tool, cancellation, "-I", from, "1", "-j", IpsetScript.Chain).ConfigureAwait(false));
        }
        _rulesStand = true;
    }

    private async Task<bool> Jumps(string tool, CancellationToken cancellation) =>
        (await Iptables(tool, cancellation, "-C", from, "-j", IpsetScript.Chain).ConfigureAwait(false)).Succeeded;

    private Task<ProcessOutcome> Iptables(string tool, CancellationToken cancellation, params string[] arguments) =>
        Run(new ProcessRequest(tool, ["-w", LockWait, "-t", table, .. arguments]), "iptables", cancellation);

    private async Task<ProcessOutcome> Run(ProcessRequest request, string package, CancellationToken cancellation)
    {
        try
        {
            return await runner.Run(request, cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException failure) when (failure.Message.Contains("is not installed", StringComparison.Ordinal))
        {
            throw new EnforcementException($"{failure.Message}; install the package {package} or choose another firewall backend", failure);
        }
    }

    private static void Check(string what, ProcessOutcome outcome)
    {
        if (outcome.Succeeded)
            return;
        throw outcome.Error.Contains("not permitted", StringComparison.Ordinal) || outcome.Error.Contains("must be root", StringComparison.Ordinal)
            ? new EnforcementException(
                $"ipset/iptables: no right to {what}; AccountGuard needs CAP_NET_ADMIN and, for iptables, CAP_NET_RAW: {outcome.Complaint}"
            )
            : new EnforcementException($"ipset/iptables: could not {what}: {outcome.Complaint}");
    }
}
