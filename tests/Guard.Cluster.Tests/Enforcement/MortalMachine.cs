using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Identity;

namespace Guard.Cluster.Tests.Enforcement;

/// <summary>A firewall, locks and a mail queue that outlive the guard, and count how often each thing changed.</summary>
internal sealed class MortalMachine
{
    private readonly ConcurrentDictionary<string, int> _changes = new();
    private readonly ConcurrentDictionary<NetworkPrefix, DateTimeOffset> _blocked = new();
    private readonly ConcurrentDictionary<UserId, DateTimeOffset?> _locked = new();
    private readonly ConcurrentDictionary<string, (UserId Owner, QueuedMail Mail)> _mails = new();

    public MortalWorld World { get; set; } = new(-1);

    public IEnumerable<string> Blocked => _blocked.Keys.Select(network => network.ToString()).Order(StringComparer.Ordinal);

    public IEnumerable<string> Locked => _locked.Keys.Select(user => user.Value).Order(StringComparer.Ordinal);

    public IEnumerable<string> OnHold => _mails.Values.Where(one => one.Mail.IsOnHold).Select(one => one.Mail.Id).Order(StringComparer.Ordinal);

    /// <summary>How often each thing changed, such as <c>lock info@example.com</c>.</summary>
    public IReadOnlyDictionary<string, int> Changes => _changes;

    public Life Live() => new(this, World);

    public void Queue(UserId owner, string id) =>
        _mails[id] = (owner, new QueuedMail("deferred", id, DateTimeOffset.UnixEpoch, 100, "forged@elsewhere.test", 1));

    private static bool Set<TKey, TValue>(ConcurrentDictionary<TKey, TValue> into, TKey key, TValue value)
        where TKey : notnull
    {
        var fresh = !into.ContainsKey(key);
        into[key] = value;
        return fresh;
    }

    /// <summary>The machine as one process has it.</summary>
    internal sealed class Life(MortalMachine machine, MortalWorld world) : IFirewallBackend, IAccountLock, IMailQueue
    {
        public bool EndsBlocksItself => false;

        public async Task Apply(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, CancellationToken cancellation = default)
        {
            foreach (var network in remove)
                await Deed($"unblock {network}", () => machine._blocked.TryRemove(network, out _));
            foreach (var block in add)
                await Deed($"block {block.Network}", () => Set(machine._blocked, block.Network, block.Until));
        }

        Task<IReadOnlyCollection<StandingBlock>> IFirewallBackend.List(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyCollection<StandingBlock>>([.. machine._blocked.Select(pair => new StandingBlock(pair.Key, pair.Value))]);

        public async Task Reconcile(IReadOnlyCollection<WantedBlock> wanted, CancellationToken cancellation = default) =>
            await Apply(wanted, [.. machine._blocked.Keys.Except(wanted.Select(one => one.Network))], cancellation);

        public async Task<IReadOnlyCollection<RefusedLock>> Apply(
            IReadOnlyCollection<WantedLock> add,
            IReadOnlyCollection<UserId> remove,
            CancellationToken cancellation = default
        )
        {
            foreach (var one in add)
                await Deed($"lock {one.User}", () => Set(machine._locked, one.User, one.Until));
            foreach (var user in remove)
                await Deed($"unlock {user}", () => machine._locked.TryRemove(user, out _));
            return [];
        }

        Task<IReadOnlyCollection<StandingLock>> IAccountLock.List(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyCollection<StandingLock>>([.. machine._locked.Select(pair => new StandingLock(pair.Key, pair.Value))]);

        Task<IReadOnlyList<QueuedMail>> IMailQueue.List(Func<QueuedMail, bool> wanted, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<QueuedMail>>([.. machine._mails.Values.Select(one => one.Mail).Where(wanted)]);

        public async IAsyncEnumerable<IReadOnlyList<QueuedMail>> Of(
            UserId user,
            IReadOnlySet<string> submitted,
            IReadOnlyList<QueuedMail> mails,
            [EnumeratorCancellation] CancellationToken cancellation = default
        )
        {
            await Task.CompletedTask;
            yield return [.. mails.Where(mail => machine._mails[mail.Id].Owner == user)];
        }

        public Task Hold(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Move(ids, "hold", QueuedMail.OnHold);

        public Task Release(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) => Move(ids, "release", "deferred");

        public Task Delete(IReadOnlyCollection<string> ids, CancellationToken cancellation = default) =>
            throw new InvalidOperationException("nobody asked for it");

        private async Task Move(IReadOnlyCollection<string> ids, string verb, string queue)
        {
            foreach (var id in ids)
            {
                await Deed(
                    $"{verb} {id}",
                    () =>
                    {
                        if (machine._mails[id].Mail.Queue == queue)
                            return false;
                        machine._mails[id] = (machine._mails[id].Owner, machine._mails[id].Mail with { Queue = queue });
                        return true;
                    }
                );
            }
        }

        private async Task Deed(string what, Func<bool> change)
        {
            // In one with the step: the dead do nothing more, however late they come.
            await world.Step(
                $"before {what}",
                () =>
                {
                    if (change())
                        machine._changes.AddOrUpdate(what, 1, (_, count) => count + 1);
                }
            );
            await world.Step($"behind {what}");
        }
    }
}
