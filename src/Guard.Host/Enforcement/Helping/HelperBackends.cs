using System.Collections.Immutable;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Enforcement.Helping;

/// <summary>The backends as the daemon sees them when the helper has them: the same seams, the same promises.</summary>
internal static class HelperBackends
{
    /// <summary>What the daemon's own settings switch on; the helper does of it what its settings switch on, and says so of the rest.</summary>
    public static EnforcementBackends Of(GuardSettings settings, HelperClient helper)
    {
        var (firewall, locks) = (settings.Enforcement.Firewall, settings.Enforcement.Locks);
        var tables = ImmutableArray.CreateBuilder<NamedLock>();
        Add(locks.DovecotDenyFile.Length > 0, EnforcementBackends.DenyFile, grade => grade == LockGrade.Everything);
        Add(locks.PostfixAccessMap.Length > 0, EnforcementBackends.AccessMap, grade => grade is LockGrade.Everything or LockGrade.Sending);
        Add(locks.LinuxAccounts, EnforcementBackends.LinuxAccounts, grade => grade == LockGrade.Everything);
        Add(locks.Lock is not null, EnforcementBackends.LockCommand, grade => grade == LockGrade.Everything || locks.Lock!.Mentions("grade"));
        return new EnforcementBackends(
            firewall.Kind == FirewallKind.Off ? null : new HelperFirewall(helper),
            firewall is { Kind: FirewallKind.Nftables, LimitTo: > 0 } ? new HelperLimiter(helper) : null,
            tables.ToImmutable(),
            locks.DovecotSessions ? new HelperSessions(helper) : null,
            locks.Queue == QueueKind.Off ? null : new HelperMailHold(helper)
        )
        {
            Passwords = locks.ResetPassword is null ? null : new HelperPasswordReset(helper),
        };

        void Add(bool on, string name, Func<LockGrade, bool> carries)
        {
            if (on)
                tables.Add(new NamedLock(name, new HelperAccountLock(helper, name, carries)));
        }
    }

    public static StandingBlock Block(StandingItem item) =>
        NetworkPrefix.TryParse(item.Network, out var network)
            ? new StandingBlock(network, item.Until)
            : throw new EnforcementException($"helper: {item.Network} is no network");
}

internal sealed class HelperFirewall(HelperClient helper) : IFirewallBackend, IFirewallWatch
{
    // Lines are bounded.
    private const int AtOnce = 4_000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private readonly List<string> _refused = [];

    public bool EndsBlocksItself => true;

    public IDisposable Watch(Action<FirewallDisturbance> changed, Action<string> unable) => new HelperWatching(helper, changed, unable);

    public IReadOnlyCollection<string> TakeRefused()
    {
        string[] refused = [.. _refused];
        _refused.Clear();
        return refused;
    }

    public async Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default)
    {
        if (add.Count + remove.Count == 0)
            await helper.Ask(new HelperRequest.Block([], []), cancellation).ConfigureAwait(false);
        foreach (var some in remove.Chunk(AtOnce))
            await helper.Ask(new HelperRequest.Block([], [.. some.Select(network => network.ToString())]), cancellation).ConfigureAwait(false);
        var latest = DateTimeOffset.UtcNow + Longest - TimeSpan.FromHours(1);
        foreach (var some in add.Chunk(AtOnce))
        {
            var reply = await helper
                .Ask(
                    new HelperRequest.Block(
                        [.. some.Select(block => new BlockItem(block.Network.ToString(), block.Until < latest ? block.Until : latest, block.Reason))],
                        []
                    ),
                    cancellation
                )
                .ConfigureAwait(false);
            _refused.AddRange(reply.Refused.Select(one => one.Why));
        }
    }

    public async Task<IReadOnlyCollection<StandingBlock>> List(CancellationToken cancellation = default) =>
        [.. (await helper.Ask(new HelperRequest.Blocks(), cancellation).ConfigureAwait(false)).Standing.Select(HelperBackends.Block)];

    public async Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default)
    {
        var difference = BlockDifference.Between(wanted, await List(cancellation).ConfigureAwait(false), DateTimeOffset.UtcNow, Longest);
        // Also without a difference: the rules may be gone although the sets are there.
        await Apply(difference.Add, difference.Remove, cancellation).ConfigureAwait(false);
    }
}

internal sealed class HelperLimiter(HelperClient helper) : INetworkLimiter, IFirewallWatch
{
    public IDisposable Watch(Action<FirewallDisturbance> changed, Action<string> unable) => new HelperWatching(helper, changed, unable);

    public Task Limit(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default) =>
        helper.Ask(
            new HelperRequest.Limit(
                [.. add.Select(limit => new BlockItem(limit.Network.ToString(), limit.Until, limit.Reason, limit.AtHome))],
                [.. remove.Select(network => network.ToString())]
            ),
            cancellation
        );

    public async Task<IReadOnlyCollection<StandingBlock>> Limits(CancellationToken cancellation = default) =>
        [.. (await helper.Ask(new HelperRequest.Limits(), cancellation).ConfigureAwait(false)).Standing.Select(HelperBackends.Block)];
}

internal sealed class HelperAccountLock(HelperClient helper, string table, Func<LockGrade, bool> carries) : IAccountLock
{
    public bool Carries(LockGrade grade) => carries(grade);

    public async Task<IReadOnlyCollection<RefusedLock>> Apply(
        IReadOnlyCollection<WantedLock> add,
        IReadOnlyCollection<UserId> remove,
        CancellationToken cancellation = default
    )
    {
        // A name that no table can hold is refused here: it must not keep the others waiting.
        var faults = add.Select(one => (one, Fault: ToolName.FaultOf(one.User.Value, ToolNameUse.Table))).ToLookup(pair => pair.Fault is not null);
        LockItem[] items = [.. faults[false].Select(pair => new LockItem(pair.one.User.Value, pair.one.Reason, pair.one.Grade, pair.one.Until))];
        string[] gone = [.. remove.Select(user => user.Value).Where(name => ToolName.FaultOf(name, ToolNameUse.Table) is null)];
        var reply = await helper.Ask(new HelperRequest.Lock(table, items, gone), cancellation).ConfigureAwait(false);
        return
        [
            .. faults[true].Select(pair => new RefusedLock(pair.one.User, pair.Fault!)),
            .. reply.Refused.Select(one => new RefusedLock(new UserId(one.Subject), one.Why)),
        ];
    }

    public async Task<IReadOnlyCollection<StandingLock>> List(CancellationToken cancellation = default) =>
        [
            .. (await helper.Ask(new HelperRequest.Locks(table), cancellation).ConfigureAwait(false)).Locked.Select(one => new StandingLock(
                new UserId(one.User),
                one.Until
            )),
        ];
}

internal sealed class HelperSessions(HelperClient helper) : IOpenSessions
{
    public async Task<string?> End(UserId user, CancellationToken cancellation = default) =>
        ToolName.FaultOf(user.Value, ToolNameUse.Argument) is { } fault
            ? fault
            : (await helper.Ask(new HelperRequest.EndSessions(user.Value), cancellation).ConfigureAwait(false)).Refused.Select(one => one.Why).FirstOrDefault();
}

internal sealed class HelperPasswordReset(HelperClient helper) : IPasswordReset
{
    public async Task<string?> Reset(UserId user, string reason, CancellationToken cancellation = default) =>
        ToolName.FaultOf(user.Value, ToolNameUse.Argument) is { } fault
            ? fault
            : (await helper.Ask(new HelperRequest.ResetPassword(user.Value, reason), cancellation).ConfigureAwait(false))
                .Refused.Select(one => one.Why)
                .FirstOrDefault();
}

internal sealed class HelperMailHold(HelperClient helper) : IMailHold
{
    private const int MaxIds = 10_000;

    public async Task<int> Hold(UserId user, IReadOnlySet<string> submitted, DateTimeOffset? arrivedBefore, CancellationToken cancellation = default) =>
        ToolName.FaultOf(user.Value, ToolNameUse.Table) is not null
            ? 0
            : (await helper.Ask(new HelperRequest.HoldMail(user.Value, [.. submitted.Take(MaxIds)], arrivedBefore), cancellation).ConfigureAwait(false)).Count;

    public async Task<IReadOnlyCollection<HeldMail>> List(UserId? user, CancellationToken cancellation = default) =>
        [.. (await helper.Ask(new HelperRequest.HeldMails(user?.Value), cancellation).ConfigureAwait(false)).Mails];

    public async Task<int> Release(UserId user, CancellationToken cancellation = default) =>
        ToolName.FaultOf(user.Value, ToolNameUse.Table) is not null
            ? 0
            : (await helper.Ask(new HelperRequest.ReleaseMail(user.Value), cancellation).ConfigureAwait(false)).Count;

    public async Task<int> Delete(UserId user, CancellationToken cancellation = default) =>
        (await helper.Ask(new HelperRequest.DeleteMail(user.Value), cancellation).ConfigureAwait(false)).Count;
}
