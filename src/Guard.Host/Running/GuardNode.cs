using Akka;
using Akka.Actor;
using Akka.Configuration;
using Guard.Actors.Addresses;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Host.Clustering;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Memory;
using Guard.Host.Geo;
using Guard.Host.Inspection;
using Guard.Host.Intake;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Routing;
using Guard.Host.Node;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;
using Guard.Host.Platform;
using Guard.Host.Reports;
using Guard.Host.Telemetry;
using Guard.Host.Web;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace Guard.Host.Running;

/// <summary>One node: the actor system with its regions, the supervisors, the intake and the inspection socket.</summary>
public sealed class GuardNode : IAsyncDisposable
{
    /// <summary>How often the country databases are looked at for a newer file.</summary>
    private static readonly TimeSpan LookForPlaces = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookForNames = TimeSpan.FromSeconds(5);

    private readonly ConsoleData _console;
    private readonly ActorSystem _system;
    private readonly InspectionServer _inspection;
    private readonly ILogger _log;
    private readonly EnforcementMemory _memory;
    private readonly JournalIdentity _identity;
    private readonly ClusterEntry? _entry;
    private readonly NodeTimers _timers = new();
    private GeoUpdates? _updates;
    private FeedUpdates? _feeds;
    private DnsLists? _zones;
    private HealthChecks? _health;
    private HoldWatch? _holds;
    private NamesReload? _names;
    private KnownAccountsFeed? _accounts;
    private NodeIntake? _intake;
    private RestingWebServer? _web;
    private TelemetryExport? _telemetry;
    private IHost? _host;

    private GuardNode(
        ActorSystem system,
        GuardRegions regions,
        IntakeClock clock,
        ConsoleData console,
        InspectionServer inspection,
        EnforcementMemory memory,
        JournalIdentity identity,
        ClusterEntry? entry,
        ILogger log
    )
    {
        (_system, Regions, Clock, _console, _inspection, _memory, _identity, _entry, _log) = (
            system,
            regions,
            clock,
            console,
            inspection,
            memory,
            identity,
            entry,
            log
        );
        StopInPhases();
    }

    public GuardRegions Regions { get; }

    public ActorSystem System => _system;

    /// <summary>The guard's time on this node.</summary>
    internal IntakeClock Clock { get; }

    /// <summary>What pages and API ask.</summary>
    internal ConsoleServices Console => _console.Services!;

    /// <summary>Completes when this node is out of its cluster without having been stopped: the others went on without it.</summary>
    public Task Ended => _system.WhenTerminated;

    /// <summary>Whether that has happened.</summary>
    public bool IsOutOfItsCluster => Ended.IsCompleted && CoordinatedShutdown.Get(_system).ShutdownReason is not CoordinatedShutdown.ClrExitReason;

    /// <summary>Starts a node inside another program, such as <c>learn</c> or a test; disposing it stops it.</summary>
    public static async Task<GuardNode> StartAsync(GuardSettings settings, Config akka, ILogger log)
    {
        var builder = GuardHost.Builder(settings, akka, log);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        var host = builder.Build();
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            host.Dispose();
            throw;
        }
        var node = host.Services.GetRequiredService<GuardService>().Node;
        node._host = host;
        return node;
    }

    /// <param name="start">Makes the actor system, once everything that can be wrong before is known to be right.</param>
    internal static async Task<GuardNode> StartAsync(GuardSettings settings, Func<ActorSystem> start, ILogger log)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        // Before anything is enforced: where another guard answers, this one has no business.
        UnixSocketPath.Clear(settings.InspectionSocket);
        if (!settings.Persistence.OnPostgres)
            SqliteFile.Prepare(settings.Persistence.SqliteFile);
        var zones = new DnsLists(settings.Reputation, TimeProvider.System);
        var places = PlaceSource.Open(settings, null, message => log.Warning("{Message:l}", message), zones);
        var map = UserNames.MapOf(settings.Logs);
        var names = UserNames.Of(settings.Logs, map, odd => log.Warning("{Odd:l}", odd));
        var passwd = new PasswdNames(settings.Logs.PasswdFiles, settings.Logs.SystemDomain);
        passwd.Look();
        var cluster = settings.Cluster;
        var checkpoints = Path.Combine(settings.DataDirectory, "intake");
        var store = new CheckpointStore(checkpoints);
        var identity = await JournalIdentity.LookAsync(settings.Persistence, store, checkpoints, settings.Logs.ReadsAgain, log).ConfigureAwait(false);
        if (cluster.DangerousPlainTransport)
            log.Warning(
                "cluster.dangerous-plain-transport is on: whoever reaches {Listen} can lock accounts, lift blocks and stop this guard",
                settings.ClusterListen
            );
        var system = start();
        var entry = await ClusterEntry.JoinAsync(system, settings, log).ConfigureAwait(false);
        var policies = new PolicySource(settings.Policies);
        var clock = new IntakeClock(TimeProvider.System, settings.Logs.FollowsLogClock);
        var reports = ReportStart.Start(system, settings, policies, log);
        var memory = EnforcementMemory.Open(settings.DataDirectory, log);
        var (effects, workers, backends) = EnforcementStart.Start(system, settings, memory, reports.Supervisor);
        var entities = new EntityWatch();
        var measures = new EntityMeasures(entities, TraceMemory.Current);
        var intake = new IntakeBoard();
        var accounts = new KnownAccounts { IsComplete = false };
        var console = ConsoleData.Begin(system, settings, policies, clock, log);
        var holds = new HoldWatch(settings, intake, workers, () => policies.Current.Default.Mode == GuardMode.Enforce, log);
        var regions = GuardRegions.Start(
            system,
            effects,
            policies,
            clock,
            new EntityOptions(settings.Persistence.SnapshotEvery, settings.Persistence.KeepEvents, settings.PassivateAfter)
            {
                IsListed = IsListed,
                LockGaps = holds.Gaps.Of,
            },
            new EntityObservers(measures, console.Feed, new KnownAccountsObserver(accounts), holds.Locks),
            new EntityPlacement(ClusterSettings.Entities, cluster.Has(ClusterSettings.Entities), cluster.Shards),
            settings.OwnProxies
        );
        var routing = IntakeRouting.Of(system);
        routing.SetUp(
            regions.Addresses,
            accounts,
            user => policies.Current.SiteOf(user),
            IsListed,
            () => AddressLimits.KeysOf(policies.Current),
            cluster.HasOthers
        );
        reports.Know(regions);

        await console.FollowPoliciesAsync(system).ConfigureAwait(false);

        var inspected = new InspectedNode(system, regions, policies, clock, entities, intake, effects.Firewall, [.. workers, .. reports.Workers])
        {
            Locks = effects.AccountLock,
            Reports = reports.Supervisor,
            Passed = settings.Passed,
            Names = new AccountNames(names, IsListed, settings.Persistence),
            CountStored = new StoredAccounts(settings.Persistence).CountAsync,
            Gaps = holds.Gaps,
            Sessions = backends.Sessions,
            Passwords = backends.Passwords,
        };
        inspected.SelfChecks.Add(holds.Look);
        inspected.SelfChecks.Add(() => GuessChecks.Look(routing.Guessed));
        routing.Guessed.Begun = site => log.Warning("{Site} is guessed at: {What:l}", site.Site.Value, GuessChecks.Text(site));
        var health = new HealthChecks(inspected, settings, places, TimeProvider.System);
        inspected = inspected with { Health = health };
        reports.Know((status, cancel) => AccountStanding.CompleteAsync(inspected, status, cancel));
        holds.Follow(inspected);
        inspected.Erasers.Add(
            "names in memory",
            user =>
            {
                accounts.Remove(user);
                return memory.Forget(user);
            }
        );
        system.ActorOf(QuestionActor.Props(inspected), QuestionActor.Name);
        await console.ServeAsync(inspected, places).ConfigureAwait(false);
        var inspector = new Inspector(inspected)
        {
            Acts = console.Services is { Audit: var audit } ? new ActAudit(audit, user => policies.Current.SiteOf(user)) : null,
        };
        var inspection = new InspectionServer(settings.InspectionSocket, inspector, log) { Group = settings.InspectionGroup };
#if PETABRIDGE
        PbmPalette.Start(system, inspector);
#endif
        var node = new GuardNode(system, regions, clock, console, inspection, memory, identity, entry, log) { _health = health, _holds = holds };
        node._accounts = await KnownAccountsFeed.StartAsync(accounts, settings.Persistence, cluster.HasOthers, log).ConfigureAwait(false);
        if (cluster.Has(ClusterSettings.Entities))
            node._accounts.Clean(
                new StrangersCleaner(
                    system,
                    accounts,
                    new StoredAccounts(settings.Persistence),
                    IsListed,
                    Path.Combine(settings.DataDirectory, "names-cleaned"),
                    log
                )
            );
        system.ActorOf(ObservedLifts.Props(inspected, settings.Enforcement.KeepInObserve), ObservedLifts.Name);
        inspection.Start();
        node._names = new NamesReload(names, map, log);
        if (settings.Geo.FetchDefault && (settings.Geo.Files.IsEmpty || settings.Geo.MaxMind.Editions.Length > 0))
            node._updates = new GeoUpdates(settings.Geo, settings.DataDirectory, () => ReloadPlaces(places, log), log);
        node._feeds = new FeedUpdates(settings.Reputation, () => ReloadPlaces(places, log), log);
        node._zones = zones;
        node._timers.Every(LookForNames, node._names.Look);
        node._timers.Every(LookForNames, passwd.Look);
        node._timers.Every(LookForPlaces, () => ReloadPlaces(places, log));
        var keeper = new MemoryKeeper(() => measures.WritesJournaled + intake.Readings.Sum(source => source.Asked), TimeProvider.System, log);
        node._timers.Every(MemoryKeeper.Every, keeper.Look);
        node._telemetry = new TelemetryExport(settings.Telemetry, inspected, measures);
        var senders = SenderRules.Of(settings.Senders);
        var judge = new InlineJudge(regions, new DecisionReplies(system), names, places, () => clock.Present, settings.Inline, See)
        {
            Senders = senders,
            Routing = routing,
            Strangers = new StrangerJudge(policies),
        };
        if (cluster.Has(ClusterSettings.Console))
            node._web = await RestingWebServer
                .StartAsync(
                    new WebContext(settings, inspected, judge, places, log)
                    {
                        Console = console.Services,
                        Links = reports.Links,
                        Seen = See,
                    }
                )
                .ConfigureAwait(false);
        if (cluster.Has(ClusterSettings.Intake))
            node._intake = await NodeIntake
                .StartAsync(
                    new IntakeContext(system, settings, regions.Users, names, places, clock, store, identity.Journal, senders, See, intake, log),
                    judge,
                    new JournaledAccessLists(system, cluster.Node, TimeProvider.System),
                    OrderAudit.Of(console.Services?.Audit),
                    inspected.SelfChecks
                )
                .ConfigureAwait(false);
        return node;

        void See(Observation observation)
        {
            memory.See(observation);
            holds.See(observation);
        }

        // Whom the virtual map, a passwd file or the policy names is an account, whether or not it did anything yet.
        bool IsListed(UserId user) =>
            names.Lists(user) || passwd.Lists(user.Value) || policies.Current.For(policies.Current.SiteOf(user)).Users.ContainsKey(user);
    }

    /// <summary>Takes the file's new policies over, below what was set in the console; every active user hears of them at once through its site.</summary>
    public void Reload(GuardSettings settings)
    {
        var before = _console.Board.Book.Default.Mode;
        _console.Board.TakeFile(settings.PolicyTree, settings.Mode);
        _names?.Reload(settings.Logs);
        if (_console.Board.Book.Default.Mode is var mode && mode != before)
            _log.Warning("The mode is {Mode} from now on; it was {Before}", mode.ToString().ToLowerInvariant(), before.ToString().ToLowerInvariant());
        _log.Information("Policies reloaded: version {Version}", _console.Board.Book.Version);
    }

    private static void ReloadPlaces(Geo.PlaceLookup places, ILogger log)
    {
        if (!places.Reload())
            return;
        foreach (var file in places.Status.Concat(places.Lists))
        {
            if (file is { Problem: null, Built: not null })
                log.Information("{File}: {Type} of {Built:yyyy-MM-dd} taken over", file.File, file.Type, file.Built);
            else if (file.Problem is not null)
                log.Warning("{File}: {Problem:l}; going on with what was there", file.File, file.Problem);
        }
    }

    /// <summary>
    /// What stops in which of Akka's phases: doors first, then what was read is journaled, then Akka hands the entities over and leaves the cluster, and last goes
    /// what shows and remembers. The phases' patience is in <see cref="AkkaConfiguration"/>.
    /// </summary>
    private void StopInPhases()
    {
        var shutdown = CoordinatedShutdown.Get(_system);
        At(CoordinatedShutdown.PhaseBeforeServiceUnbind, "look-no-further", _timers.DisposeAsync);
        At(CoordinatedShutdown.PhaseBeforeServiceUnbind, "fetch-no-further", () => _updates?.DisposeAsync() ?? default);
        At(CoordinatedShutdown.PhaseBeforeServiceUnbind, "ask-no-further", StopListsAsync);
        At(CoordinatedShutdown.PhaseServiceUnbind, "close-console", () => _web?.DisposeAsync() ?? default);
        At(CoordinatedShutdown.PhaseServiceUnbind, "close-intake", () => new ValueTask(_intake?.CloseAsync() ?? Task.CompletedTask));
        At(CoordinatedShutdown.PhaseServiceUnbind, "close-inspection", _inspection.DisposeAsync);
        At(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-intake", DrainAsync);
        At(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "close-records", ForgetAsync);

        void At(string phase, string name, Func<ValueTask> stop) =>
            shutdown.AddTask(
                phase,
                name,
                async () =>
                {
                    // Out of the cluster nothing can be journaled any more, and others begin this node's entities within a second: there is nothing to wait for.
                    if (!IsOut(shutdown.ShutdownReason))
                        await stop().ConfigureAwait(false);
                    return Done.Instance;
                }
            );
    }

    /// <summary>Whether a node that stops for this reason was given up by the others, or gave itself up.</summary>
    internal static bool IsOut(CoordinatedShutdown.Reason? reason) =>
        reason is CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ActorSystemTerminateReason;

    private async ValueTask StopListsAsync()
    {
        if (_feeds is not null)
            await _feeds.DisposeAsync().ConfigureAwait(false);
        if (_zones is not null)
            await _zones.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask DrainAsync()
    {
        if (_intake is not null)
            await _intake.DrainAsync().ConfigureAwait(false);
        _identity.Dispose();
        if (_accounts is not null)
            await _accounts.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask ForgetAsync()
    {
        _telemetry?.Dispose();
        _health?.Dispose();
        _holds?.Dispose();
        await _console.DisposeAsync().ConfigureAwait(false);
        await _memory.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The system has stopped: the others are told that they need not wait for this node.</summary>
    internal async Task SignOffAsync()
    {
        if (_entry is not null)
            await _entry.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }
}
