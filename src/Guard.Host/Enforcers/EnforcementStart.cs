using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Guard.Actors.Enforcement;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Enforcement.Replication;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcers.Command;
using Guard.Host.Enforcers.Firewall;
using Guard.Host.Enforcers.Ipset;
using Guard.Host.Enforcers.LinuxAccount;
using Guard.Host.Enforcers.Locks;
using Guard.Host.Enforcers.Nftables;
using Guard.Host.Enforcers.PostfixQueue;
using Guard.Host.Enforcers.Processes;
using Guard.Messages.Places;

namespace Guard.Host.Enforcers;

/// <summary>Starts what carries out effects on this machine, as the settings say.</summary>
public static class EnforcementStart
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private const int SnapshotEvery = 500;

    public static (EffectRoutes Effects, ImmutableArray<IActorRef> Workers) Start(ActorSystem system, GuardSettings settings, AddressCompany company, IActorRef reports)
    {
        var runner = new ProcessRunner();
        var node = settings.Cluster.Node;
        var state = Path.Combine(settings.DataDirectory, "enforcement");
        Directory.CreateDirectory(state);
        var firewall = settings.Enforcement.Firewall;
        var worker = Firewall(firewall, runner, state) is { } backend
            ? system.ActorOf(FirewallWorker.Props($"firewall {firewall.Kind.ToString().ToLowerInvariant()}", backend, FirstRetry), "firewall-worker")
            : null;
        var policy = firewall.Policy with { Exempt = [.. firewall.Policy.Exempt, .. AdminAddresses.Now()] };
        var locks = Locks(system, settings.Enforcement.Locks, runner, state);
        EffectRoutes effects;
        if (settings.Cluster.HasOthers)
        {
            var ledgers = OfCluster(system, settings.Cluster, policy, worker, locks, company);
            effects = new EffectRoutes(reports, ledgers, ledgers);
        }
        else
        {
            effects = new EffectRoutes(
                reports,
                system.ActorOf(LedgerKeeper.Props(AccountLockSupervisor.Props(new AccountLockContext(node, TimeProvider.System, locks, SnapshotEvery))), "account-lock-supervisor"),
                system.ActorOf(LedgerKeeper.Props(FirewallSupervisor.Props(new FirewallContext(node, policy, company, TimeProvider.System, worker, SnapshotEvery))), "firewall-supervisor"));
        }
        return (effects, worker is null ? locks : locks.Insert(0, worker));
    }

    /// <summary>One ledger of each kind for all nodes, on the oldest one; every node follows it.</summary>
    private static IActorRef OfCluster(
        ActorSystem system, ClusterSettings cluster, BlockPolicy policy, IActorRef? worker, ImmutableArray<IActorRef> locks, AddressCompany company)
    {
        const string Everywhere = "cluster";
        var all = new ClusterCompany();
        var context = new LedgersContext(
            publisher => FirewallSupervisor.Props(new FirewallContext(Everywhere, policy, all, TimeProvider.System, worker is null ? null : publisher, SnapshotEvery)),
            publisher => AccountLockSupervisor.Props(new AccountLockContext(Everywhere, TimeProvider.System, [publisher], SnapshotEvery)),
            WantedPublisher.Props(TimeProvider.System, hasFirewall: worker is not null), all);
        if (cluster.Has(ClusterSettings.Entities))
        {
            system.ActorOf(
                ClusterSingletonManager.Props(EnforcementLedgers.Props(context), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(ClusterSettings.Entities).WithSingletonName("ledgers")),
                "enforcement");
        }
        var ledgers = system.ActorOf(
            ClusterSingletonProxy.Props("/user/enforcement", ClusterSingletonProxySettings.Create(system).WithRole(ClusterSettings.Entities).WithSingletonName("ledgers")), "enforcement-proxy");
        system.ActorOf(WantedFollower.Props(new FollowerContext(cluster.Node, ledgers, worker, locks, company, TimeProvider.System)), "enforcement-follower");
        return ledgers;
    }

    private static IFirewallBackend? Firewall(FirewallSettings settings, ProcessRunner runner, string state) => settings.Kind switch
    {
        FirewallKind.Nftables => new NftablesBackend(runner, TimeProvider.System),
        FirewallKind.Ipset => new IpsetBackend(runner, TimeProvider.System),
        FirewallKind.Command => new CommandFirewallBackend(runner, TimeProvider.System, settings.Block!, settings.Unblock!, Path.Combine(state, "blocks")),
        _ => null,
    };

    private static ImmutableArray<IActorRef> Locks(ActorSystem system, LockSettings settings, ProcessRunner runner, string state)
    {
        var workers = ImmutableArray.CreateBuilder<IActorRef>();
        var sessions = settings.DovecotSessions ? new DovecotDenyFile.DovecotSessions(runner, settings.Names, Given(settings.DovecotConfiguration)) : null;
        var postfix = Given(settings.PostfixConfiguration);
        if (settings.DovecotDenyFile.Length > 0)
            Add("dovecot-deny-file", new DovecotDenyFile.DovecotDenyFile(settings.DovecotDenyFile, settings.Names, sessions));
        if (settings.PostfixAccessMap.Length > 0)
            Add("postfix-access-map", new PostfixAccess.PostfixAccessMap(runner, settings.PostfixAccessMap, settings.PostfixAccessType, settings.Names, postfix));
        if (settings.LinuxAccounts)
            Add("linux-accounts", new LinuxAccountLock(runner, Path.Combine(state, "linux-accounts.json")));
        if (settings is { Lock: { } lockCommand, Unlock: { } unlockCommand })
            Add("lock-command", new CommandAccountLock(runner, TimeProvider.System, lockCommand, unlockCommand, Path.Combine(state, "lock-command.json")));
        if (sessions is not null)
            workers.Add(system.ActorOf(SessionWorker.Props("dovecot-sessions", sessions, FirstRetry), "dovecot-sessions-worker"));
        if (settings.HoldQueue)
            workers.Add(system.ActorOf(QueueWorker.Props("hold-queue", new PostfixQueueHold(new PostfixQueue.PostfixQueue(runner, postfix), Path.Combine(state, "held-mail.json")), FirstRetry), "hold-queue-worker"));
        return workers.ToImmutable();

        void Add(string name, IAccountLock backend) => workers.Add(system.ActorOf(LockWorker.Props(name, backend, FirstRetry), $"{name}-worker"));
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;
}

/// <summary>From where admins are logged in now: nobody locks himself out of the machine he works on.</summary>
internal static class AdminAddresses
{
    public static IEnumerable<NetworkPrefix> Now()
    {
        // sshd tells "client-address client-port server-address server-port" to what runs in its session.
        var client = Environment.GetEnvironmentVariable("SSH_CONNECTION")?.Split(' ')[0];
        if (client is not null && NetworkAddress.TryParse(client, out var address))
            yield return BlockScope.Of(address);
    }
}
