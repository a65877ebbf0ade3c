using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Command;

/// <summary>
/// Blocks by an administrator's own commands, for a firewall that AccountGuard does not know. The commands must bear being repeated. What they
/// did is remembered in a file, since they cannot be asked and lift nothing by themselves.
/// </summary>
public sealed class CommandFirewallBackend(IProcessRunner runner, TimeProvider clock, CommandTemplate block, CommandTemplate unblock, string ledgerPath)
    : IFirewallBackend
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private readonly BlockLedger _ledger = new(ledgerPath);

    public bool EndsBlocksItself => false;

    public async Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        var change = BlockList.From(add, remove, now, Longest);
        foreach (var wanted in change.Add)
        {
            // Noted before it is done: should the daemon die between, the block is lifted in time all the same.
            _ledger.Note(wanted.Network, now + TimeSpan.FromSeconds(wanted.Seconds));
            _ledger.Save();
            await Run(block, wanted.Network, wanted.SecondsText, wanted.Reason, cancellation).ConfigureAwait(false);
        }
        foreach (var network in change.Remove)
        {
            if (!_ledger.Knows(network))
                continue;
            await Run(unblock, network, "0", "", cancellation).ConfigureAwait(false);
            _ledger.Forget(network);
            _ledger.Save();
        }
    }

    /// <summary>What the commands were told and not told back; also what has ended and was not lifted yet.</summary>
    public Task<IReadOnlyCollection<StandingBlock>> List(CancellationToken cancellation = default) => Task.FromResult(_ledger.Standing);

    /// <summary>Says every wanted block again, since nobody knows what the firewall lost, and lifts the rest.</summary>
    public Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default) =>
        Apply(wanted, BlockDifference.Between(wanted, _ledger.Standing, clock.GetUtcNow(), Longest).Remove, cancellation);

    private async Task Run(CommandTemplate template, NetworkPrefix network, string seconds, string reason, CancellationToken cancellation)
    {
        var single = network.Network.IsIPv4 && network.Length == 32;
        var request = template.Fill(
            ("address", network.Network.ToString()),
            ("network", single ? network.Network.ToString() : network.ToString()),
            ("seconds", seconds),
            ("reason", reason)
        );
        var outcome = await runner.Run(request, cancellation).ConfigureAwait(false);
        if (!outcome.Succeeded)
            throw new EnforcementException($"{request.Program} for {network} ended with {outcome.ExitCode}: {outcome.Complaint}");
    }
}
