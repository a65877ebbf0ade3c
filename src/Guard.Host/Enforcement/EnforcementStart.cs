using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Enforcement.Replication;
using Guard.Actors.Entities;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Memory;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement;

/// <summary>Starts what carries out effects on this machine, as the settings say.</summary>
public static class EnforcementStart
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private const int SnapshotEvery = 500;

    public static (EffectRoutes Effects, ImmutableArray<IActorRef> Workers, EnforcementBackends Backends) Start(
        ActorSystem system,
        GuardSettings settings,
        EnforcementMemory memory,
        IActorRef reports
    )
    {
        var node = settings.Cluster.Node;
        var state = Path.Combine(settings.DataDirectory, "enforcement");
        Directory.CreateDirectory(state);
        var helper = settings.Enforcement.Helper.Socket;
        var backends = helper.Length > 0 ? HelperBackends.Of(settings, new HelperClient(helper)) : EnforcementBackends.Of(settings, new ProcessRunner(), state);
        var firewall = settings.Enforcement.Firewall;
        var kind = firewall.Kind.ToString().ToLowerInvariant();
        var worker = backends.Firewall is { } blocks ? system.ActorOf(FirewallWorker.Props($"firewall {kind}", blocks, FirstRetry), "firewall-worker") : null;
        var limiter = backends.Limiter is { } limits
            ? system.ActorOf(LimitWorker.Props($"limits {kind}", limits, FirstRetry, network => memory.Company.Behind(network.Network).AtHome), "limit-worker")
            : null;
        var locks = Locks(system, backends, EnforcementBackends.Sql(settings, state), memory);
        EffectRoutes effects;
        if (settings.Cluster.HasOthers)
        {
            var ledgers = OfCluster(system, settings.Cluster, firewall.Policy, worker, limiter, locks, memory);
            effects = new EffectRoutes(reports, ledgers, ledgers);
        }
        else
        {
            effects = new EffectRoutes(
                reports,
                system.ActorOf(
                    LedgerKeeper.Props(AccountLockSupervisor.Props(new AccountLockContext(node, TimeProvider.System, locks, SnapshotEvery))),
                    "account-lock-supervisor"
                ),
                system.ActorOf(
                    LedgerKeeper.Props(
                        FirewallSupervisor.Props(
                            new FirewallContext(node, firewall.Policy, memory.Company, TimeProvider.System, worker, SnapshotEvery)
                            {
                                Limiter = limiter,
                                Admins = memory.Admins,
                            }
                        )
                    ),
                    "firewall-supervisor"
                )
            );
        }
        return (effects, [.. new[] { worker, limiter }.OfType<IActorRef>(), .. locks], backends);
    }

    /// <summary>One ledger of each kind for all nodes, on the oldest one; every node follows it.</summary>
    private static IActorRef OfCluster(
        ActorSystem system,
        ClusterSettings cluster,
        BlockPolicy policy,
        IActorRef? worker,
        IActorRef? limiter,
        ImmutableArray<IActorRef> locks,
        EnforcementMemory memory
    )
    {
        const string Everywhere = "cluster";
        var all = new ClusterCompany();
        var context = new LedgersContext(
            publisher =>
                FirewallSupervisor.Props(
                    new FirewallContext(Everywhere, policy, all, TimeProvider.System, worker is null ? null : publisher, SnapshotEvery)
                    {
                        Limiter = worker is null ? null : publisher,
                        Admins = memory.Admins,
                    }
                ),
            publisher => AccountLockSupervisor.Props(new AccountLockContext(Everywhere, TimeProvider.System, [publisher], SnapshotEvery)),
            WantedPublisher.Props(TimeProvider.System, hasFirewall: worker is not null),
            all
        );
        if (cluster.Has(ClusterSettings.Entities))
        {
            system.ActorOf(
                ClusterSingletonManager.Props(
                    EnforcementLedgers.Props(context),
                    PoisonPill.Instance,
                    ClusterSingletonManagerSettings.Create(system).WithRole(ClusterSettings.Entities).WithSingletonName("ledgers")
                ),
                "enforcement"
            );
        }
        var ledgers = system.ActorOf(
            ClusterSingletonProxy.Props(
                "/user/enforcement",
                ClusterSingletonProxySettings.Create(system).WithRole(ClusterSettings.Entities).WithSingletonName("ledgers")
            ),
            "enforcement-proxy"
        );
        system.ActorOf(
            WantedFollower.Props(new FollowerContext(cluster.Node, ledgers, worker, locks, memory.Company, TimeProvider.System) { Limiter = limiter }),
            "enforcement-follower"
        );
        system.ActorOf(AdminAnnouncer.Props(ledgers, memory.Admins, cluster.Node, TimeProvider.System), "admin-announcer");
        return ledgers;
    }

    private static ImmutableArray<IActorRef> Locks(ActorSystem system, EnforcementBackends backends, NamedLock? sql, EnforcementMemory memory)
    {
        var workers = ImmutableArray.CreateBuilder<IActorRef>();
        foreach (var one in sql is null ? backends.Locks : backends.Locks.Add(sql))
            workers.Add(system.ActorOf(LockWorker.Props(one.Name, one.Backend, FirstRetry), $"{one.Name}-worker"));
        if (backends.Sessions is { } sessions)
            workers.Add(system.ActorOf(SessionWorker.Props("dovecot-sessions", sessions, FirstRetry), "dovecot-sessions-worker"));
        if (backends.Queue is { } queue)
            workers.Add(system.ActorOf(QueueWorker.Props("hold-queue", queue, memory.Submissions.Of, FirstRetry), QueueWorkerName));
        return workers.ToImmutable();
    }

    /// <summary>Whether a worker's name under <c>/user</c> is that of one that locks accounts.</summary>
    public static bool IsLockWorker(string name) =>
        name.EndsWith("-worker", StringComparison.Ordinal)
        && name[..^"-worker".Length]
            is EnforcementBackends.DenyFile
                or EnforcementBackends.AccessMap
                or EnforcementBackends.LinuxAccounts
                or EnforcementBackends.LockCommand
                or EnforcementBackends.Database;

    /// <summary>Whom inspection asks about held mail, by its name under <c>/user</c>.</summary>
    public const string QueueWorkerName = "hold-queue-worker";
}
