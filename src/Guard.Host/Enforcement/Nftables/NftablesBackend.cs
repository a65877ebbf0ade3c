using System.Collections.Concurrent;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>Blocks in nftables, in the table <c>inet accountguard</c> and nowhere else.</summary>
/// <param name="pace">How many new connections a minute an address that is limited may open.</param>
public sealed class NftablesBackend(IProcessRunner runner, TimeProvider clock, string program = "nft", int pace = NftScript.UsualPace)
    : IFirewallBackend,
        INetworkLimiter,
        IFirewallWatch
{
    /// <summary>The kernel tells of a change before the program that made it has ended; its word may be read a little later.</summary>
    private const long Afterwards = 2_000;

    private const int Remembered = 64;

    private static readonly bool HasMachineNumbers = IsInMachineNamespace();

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // 100,000 elements are about 8 MB of JSON.
    private const int ListingLimit = 256 << 20;

    private readonly ConcurrentQueue<int> _own = new();
    private int _changing;
    private long _changed = -Afterwards;
    private volatile bool _withdrawn;

    public bool EndsBlocksItself => true;

    public Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default) =>
        Change(NftScript.Change(BlockList.From(add, remove, clock.GetUtcNow(), Longest), pace), cancellation);

    public Task Limit(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default) =>
        Change(
            NftScript.Limit(BlockList.From([.. add.Where(limit => IsLine(limit.Network))], [.. remove.Where(IsLine)], clock.GetUtcNow(), Longest), pace),
            cancellation
        );

    public Task<IReadOnlyCollection<StandingBlock>> Limits(CancellationToken cancellation = default) => List(NftNames.Limits, cancellation);

    public Task<IReadOnlyCollection<StandingBlock>> List(CancellationToken cancellation = default) => List(NftNames.Sets, cancellation);

    /// <summary>A limit is for one line: an address, of IPv6 with its /64, and nothing wider.</summary>
    private static bool IsLine(NetworkPrefix network) => network.Length >= (network.Network.IsIPv6 ? BlockScope.Network6 : 32);

    private async Task<IReadOnlyCollection<StandingBlock>> List(string[] sets, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var outcome = await Run(
                new ProcessRequest(program, "-j", "list", "table", "inet", "accountguard") { OutputLimit = ListingLimit, Timeout = Patience },
                cancellation
            )
            .ConfigureAwait(false);
        if (outcome.Succeeded)
            return NftListing.Parse(outcome.Output, now, sets);
        // No table yet, or somebody flushed the whole ruleset.
        return outcome.Error.Contains("No such file or directory", StringComparison.Ordinal) ? [] : throw Failure("list its table", outcome);
    }

    public async Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default)
    {
        var difference = BlockDifference.Between(wanted, await List(cancellation).ConfigureAwait(false), clock.GetUtcNow(), Longest);
        // Also without a difference: the rules may be gone although the sets are there.
        await Apply(difference.Add, difference.Remove, cancellation).ConfigureAwait(false);
    }

    public async Task Tidy(CancellationToken cancellation = default)
    {
        var outcome = await Run(
                new ProcessRequest(program, "-j", "list", "table", "inet", "accountguard") { OutputLimit = ListingLimit, Timeout = Patience },
                cancellation
            )
            .ConfigureAwait(false);
        if (outcome.Succeeded && NftListing.Parse(outcome.Output, clock.GetUtcNow(), [.. NftNames.Sets, .. NftNames.Limits]).Count == 0)
            await Withdraw(cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes AccountGuard's table.</summary>
    public async Task Withdraw(CancellationToken cancellation = default)
    {
        _withdrawn = true;
        await Change(NftScript.Remove, cancellation, withdraws: true).ConfigureAwait(false);
    }

    public IDisposable Watch(Action<FirewallDisturbance> changed, Action<string> unable)
    {
        try
        {
            return new NftWatch(
                IsOwn,
                disturbance =>
                {
                    if (!_withdrawn)
                        changed(disturbance);
                }
            );
        }
        catch (IOException failure)
        {
            unable(failure.Message);
            return new MemoryStream();
        }
    }

    /// <summary>
    /// By the process that made the change. In a container the kernel's numbers are not ours: there what comes while the guard changes its table itself, or
    /// just after, is taken for its own; but it never removes the table while it is at work.
    /// </summary>
    private bool IsOwn(NftChange change) =>
        HasMachineNumbers && change.Process != 0
            ? _own.Contains(change.Process)
            : !change.Removed && (Volatile.Read(ref _changing) > 0 || Environment.TickCount64 - Interlocked.Read(ref _changed) < Afterwards);

    private void Note(int process)
    {
        _own.Enqueue(process);
        while (_own.Count > Remembered)
            _own.TryDequeue(out _);
    }

    /// <summary>
    /// The machine's first namespace of processes has this number on every kernel (PROC_PID_INIT_INO, linux/proc_ns.h). NSpid in <c>/proc/self/status</c> does
    /// not tell: a container has a /proc of its own, which shows its own numbers alone.
    /// </summary>
    private static bool IsInMachineNamespace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget == "pid:[4026531836]";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task Change(string script, CancellationToken cancellation, bool withdraws = false)
    {
        Interlocked.Increment(ref _changing);
        try
        {
            var outcome = await Run(
                    new ProcessRequest(program, "-f", "-")
                    {
                        Input = script,
                        Timeout = Patience,
                        OnStarted = Note,
                    },
                    cancellation
                )
                .ConfigureAwait(false);
            if (!outcome.Succeeded)
                throw Failure("change its table", outcome);
            _withdrawn &= withdraws;
        }
        finally
        {
            Interlocked.Exchange(ref _changed, Environment.TickCount64);
            Interlocked.Decrement(ref _changing);
        }
    }

    private async Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation)
    {
        try
        {
            return await runner.Run(request, cancellation).ConfigureAwait(false);
        }
        catch (EnforcementException failure) when (failure.Message.Contains("is not installed", StringComparison.Ordinal))
        {
            throw new EnforcementException($"{failure.Message}; install the package nftables or choose another firewall backend", failure);
        }
    }

    private static EnforcementException Failure(string what, ProcessOutcome outcome) =>
        outcome.Error.Contains("Operation not permitted", StringComparison.Ordinal)
            ? new(
                $"nftables: no right to {what}; AccountGuard needs CAP_NET_ADMIN (AmbientCapabilities=CAP_NET_ADMIN in its systemd unit): {outcome.Complaint}"
            )
            : new($"nftables: could not {what}: {outcome.Complaint}");
}
