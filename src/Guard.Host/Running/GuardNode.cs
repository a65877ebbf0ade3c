using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Guard.Actors.Addresses;
using Guard.Actors.Entities;
using Guard.Actors.Regions;
using Guard.Host.Clustering;
using Guard.Host.Clustering.Wire;
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
using Guard.Host.Intake.Journal;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Routing;
using Guard.Host.Intake.Syslog;
using Guard.Host.Node;
using Guard.Host.Node.Health;
using Guard.Host.Node.Questions;
using Guard.Host.Platform;
using Guard.Host.Reports;
using Guard.Host.Telemetry;
using Guard.Host.Web;
using Guard.Messages.Identity;
using Serilog;

namespace Guard.Host.Running;

/// <summary>One node: the actor system with its regions, the supervisors, the intake and the inspection socket.</summary>
public sealed class GuardNode : IAsyncDisposable
{
    /// <summary>How often the country databases are looked at for a newer file.</summary>
    private static readonly TimeSpan LookForPlaces = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookForNames = TimeSpan.FromSeconds(5);

    private LogSources? _sources;
    private JournalSource? _journal;
    private JournalIdentity? _identity;
    private Geo.GeoUpdates? _updates;
    private Timer? _placesTimer;
    private Timer? _namesTimer;
    private NamesReload? _names;
    private KnownAccountsFeed? _accounts;
    private InlineServers? _inline;
    private SyslogIntake? _syslog;
    private WebServer? _web;
    private EnforcementMemory? _memory;
    private TelemetryExport? _telemetry;
    private ClusterEntry? _entry;
    private HealthChecks? _health;
    private readonly ConsoleData _console;
    private readonly ActorSystem _system;
    private readonly InspectionServer _inspection;
    private readonly ILogger _log;

    private GuardNode(ActorSystem system, GuardRegions regions, ConsoleData console, InspectionServer inspection, ILogger log)
    {
        (_system, Regions, _console, _inspection, _log) = (system, regions, console, inspection, log);
    }

    public GuardRegions Regions { get; }

    public ActorSystem System => _system;

    /// <summary>What pages and API ask.</summary>
    internal ConsoleServices Console => _console.Services!;

    /// <summary>Completes when this node is out of its cluster without having been stopped: the others went on without it.</summary>
    public Task Ended => _system.WhenTerminated;

    public static async Task<GuardNode> StartAsync(GuardSettings settings, Config akka, ILogger log)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        // Before anything is enforced: where another guard answers, this one has no business.
        UnixSocketPath.Clear(settings.InspectionSocket);
        if (!settings.Persistence.OnPostgres)
            SqliteFile.Prepare(settings.Persistence.SqliteFile);
        var places = PlaceSource.Open(settings, null, message => log.Warning("{Message:l}", message));
        var map = UserNames.MapOf(settings.Logs);
        var names = UserNames.Of(settings.Logs, map, odd => log.Warning("{Odd:l}", odd));
        var cluster = settings.Cluster;
        var checkpoints = Path.Combine(settings.DataDirectory, "intake");
        var store = new CheckpointStore(checkpoints);
        var identity = await JournalIdentity.LookAsync(settings.Persistence, store, checkpoints, settings.Logs.ReadsAgain, log).ConfigureAwait(false);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(AkkaConfiguration.Of(settings, akka)), AcceptedMessages.Setup(log));
        if (cluster.DangerousPlainTransport)
            log.Warning(
                "cluster.dangerous-plain-transport is on: whoever reaches {Listen} can lock accounts, lift blocks and stop this guard",
                settings.ClusterListen
            );
        var system = ActorSystem.Create("AccountGuard", cluster.Tls is { } tls ? setup.And(ClusterTls.Setup(tls)) : setup);
        var entry = await ClusterEntry.JoinAsync(system, settings, log).ConfigureAwait(false);
        var policies = new PolicySource(settings.Policies);
        var clock = new IntakeClock(TimeProvider.System, settings.Logs.FollowsLogClock);
        var reports = ReportStart.Start(system, settings, policies, log);
        var memory = EnforcementMemory.Open(settings.DataDirectory, log);
        var (effects, workers) = EnforcementStart.Start(system, settings, memory, reports.Supervisor);
        var entities = new EntityWatch();
        var measures = new EntityMeasures(entities, TraceMemory.Current);
        var intake = new IntakeBoard();
        var accounts = new KnownAccounts { IsComplete = false };
        var console = ConsoleData.Begin(system, settings, policies, clock, log);
        var regions = GuardRegions.Start(
            system,
            effects,
            policies,
            clock,
            new EntityOptions(settings.Persistence.SnapshotEvery, settings.Persistence.KeepEvents, settings.PassivateAfter) { IsListed = IsListed },
            new EntityObservers(measures, console.Feed, new KnownAccountsObserver(accounts)),
            new EntityPlacement(ClusterSettings.Entities, cluster.Has(ClusterSettings.Entities), cluster.Shards),
            settings.OwnProxies
        );
        var routing = IntakeRouting.Of(system);
        routing.SetUp(regions.Addresses, accounts, user => policies.Current.SiteOf(user), IsListed, () => AddressLimits.KeysOf(policies.Current));
        reports.Know(regions);

        await console.FollowPoliciesAsync(system).ConfigureAwait(false);

        var inspected = new InspectedNode(system, regions, policies, clock, entities, intake, effects.Firewall, [.. workers, .. reports.Workers])
        {
            Locks = effects.AccountLock,
            Reports = reports.Supervisor,
        };
        var health = new HealthChecks(inspected, settings, places, TimeProvider.System);
        inspected = inspected with { Health = health };
        system.ActorOf(QuestionActor.Props(inspected), QuestionActor.Name);
        var inspector = new Inspector(inspected);
        await console.ServeAsync(inspected, places).ConfigureAwait(false);
        var inspection = new InspectionServer(settings.InspectionSocket, inspector, log)
        {
            Group = settings.InspectionGroup,
            Audit = console.Services?.Audit,
            SiteOf = user => policies.Current.SiteOf(user),
        };
#if PETABRIDGE
        PbmPalette.Start(system, inspector);
#endif
        var node = new GuardNode(system, regions, console, inspection, log)
        {
            _memory = memory,
            _entry = entry,
            _identity = identity,
            _health = health,
        };
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
        inspection.Start();
        node._names = new NamesReload(names, map, log);
        node._namesTimer = new Timer(_ => node._names.Look(), null, LookForNames, LookForNames);
        if (settings.Geo.FetchDefault && (settings.Geo.Files.IsEmpty || settings.Geo.MaxMind.Editions.Length > 0))
            node._updates = new Geo.GeoUpdates(settings.Geo, settings.DataDirectory, () => ReloadPlaces(places, log), log);
        node._placesTimer = new Timer(_ => ReloadPlaces(places, log), null, LookForPlaces, LookForPlaces);
        node._telemetry = new TelemetryExport(settings.Telemetry, inspected, measures);
        var senders = SenderRules.Of(settings.Senders);
        var judge = new InlineJudge(
            regions,
            new DecisionReplies(system),
            names,
            places,
            () => settings.Logs.FollowsLogClock ? clock.Now : DateTimeOffset.UtcNow,
            settings.Inline,
            memory.See
        )
        {
            Senders = senders,
            Routing = routing,
            Strangers = new StrangerJudge(policies),
        };
        if (cluster.Has(ClusterSettings.Console))
            node._web = await WebServer
                .StartAsync(
                    new WebContext(settings, inspected, judge, places, log)
                    {
                        Console = console.Services,
                        Links = reports.Links,
                        Seen = memory.See,
                    }
                )
                .ConfigureAwait(false);
        if (!cluster.Has(ClusterSettings.Intake))
            return node;
        node._inline = await InlineServers
            .StartAsync(
                settings.Inline,
                judge,
                new JournaledAccessLists(system, cluster.Node, TimeProvider.System),
                intake,
                OrderAudit.Of(console.Services?.Audit),
                log
            )
            .ConfigureAwait(false);
        foreach (var (name, listen, why) in node._inline.Missing)
        {
            var missing = Finding.Fault(
                $"listener {name}",
                $"is not answered, {listen} cannot be had: {why}",
                "stop the program that has the address, or choose another one, here and in the mail server; what is not used: listen = off"
            );
            inspected.SelfChecks.Add(() => [missing]);
        }
        if (settings.Logs is { HasHostsZone: true, Files.IsEmpty: false } && settings.Logs.Zone.BaseUtcOffset != TimeSpan.Zero)
            log.Information(
                "Stamps without a zone are read in this machine's zone, {Zone:l}: intake.logs.time-zone says otherwise where a log is written in another one",
                settings.Logs.Zone.Id
            );
        if (settings.Syslog is { } syslog)
        {
            var unjudged = new UnjudgedMail();
            node._syslog = new SyslogIntake(
                syslog,
                source => new LogParser(ParserOf(settings, source, DateTimeOffset.UtcNow, senders, intake, log) with { Unjudged = unjudged }, names, places),
                system,
                regions.Users,
                memory.See,
                log
            );
            node._syslog.Start();
            intake.Add(() => node._syslog.Reading with { Unjudged = unjudged.Total, UnjudgedFrom = unjudged.Words(IntakeReading.ShownHosts) });
        }
        node._sources = new LogSources(settings.Logs.Files, Source, store, intake, log);
        node._sources.Start();
        if (settings.Journal is { } journal)
        {
            var source = new JournalSource(
                journal,
                ParserOf(settings, JournalSource.NameOf(journal), DateTimeOffset.UtcNow, senders, intake, log),
                names,
                places,
                store,
                clock,
                system,
                regions.Users,
                log,
                memory.See,
                identity.Journal
            );
            node._journal = source;
            intake.Add(() => source.Reading);
            source.Start();
        }
        return node;

        // Whom the virtual map or the policy names is an account, whether or not it did anything yet.
        bool IsListed(UserId user) => names.Lists(user) || policies.Current.For(policies.Current.SiteOf(user)).Users.ContainsKey(user);

        LogSource Source(string path)
        {
            var reference = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTimeOffset.UtcNow.UtcDateTime;
            return new LogSource(
                path,
                ParserOf(settings, path, new DateTimeOffset(reference, TimeSpan.Zero), senders, intake, log),
                names,
                places,
                store,
                clock,
                system,
                regions.Users,
                log,
                memory.See,
                identity.Journal
            );
        }
    }

    /// <summary>Takes the file's new policies over, below what was set in the console; every active user hears of them at once through its site.</summary>
    public void Reload(GuardSettings settings)
    {
        _console.Board.TakeFile(settings.PolicyTree, settings.Mode);
        _names?.Reload(settings.Logs);
        _log.Information("Policies reloaded: version {Version}", _console.Board.Book.Version);
    }

    private static LogParserSettings ParserOf(
        GuardSettings settings,
        string source,
        DateTimeOffset reference,
        SenderRules senders,
        IntakeBoard board,
        ILogger log
    ) =>
        new(
            settings.Cluster.NameOf(source),
            reference,
            Zone: settings.Logs.Zone,
            DovecotTag: settings.Logs.DovecotTag,
            DovecotAuthFailures: settings.Logs.DovecotAuthFailures
        )
        {
            // A story that lies in the past has its own time.
            Clock = settings.Logs.FollowsLogClock ? null : TimeProvider.System,
            Senders = senders,
            Unknown = board.Unknown,
            Watch = board.Watch(source, notice => log.Warning("{Notice:l}", notice)),
        };

    private static void ReloadPlaces(Geo.PlaceLookup places, ILogger log)
    {
        if (!places.Reload())
            return;
        foreach (var file in places.Status)
        {
            if (file.Problem is null)
                log.Information("{File}: {Type} of {Built:yyyy-MM-dd} taken over", file.File, file.Type, file.Built);
            else
                log.Warning("{File}: {Problem:l}; going on with what was there", file.File, file.Problem);
        }
    }

    /// <summary>Intake first, so that what was read is journaled; then the entities.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_updates is not null)
            await _updates.DisposeAsync().ConfigureAwait(false);
        if (_placesTimer is not null)
            await _placesTimer.DisposeAsync().ConfigureAwait(false);
        if (_namesTimer is not null)
            await _namesTimer.DisposeAsync().ConfigureAwait(false);
        if (_web is not null)
            await _web.DisposeAsync().ConfigureAwait(false);
        _telemetry?.Dispose();
        _health?.Dispose();
        if (_inline is not null)
            await _inline.DisposeAsync().ConfigureAwait(false);
        if (_syslog is not null)
            await _syslog.DisposeAsync().ConfigureAwait(false);
        await _inspection.DisposeAsync().ConfigureAwait(false);
        if (_sources is not null)
            await _sources.DisposeAsync().ConfigureAwait(false);
        if (_journal is not null)
            await _journal.DisposeAsync().ConfigureAwait(false);
        _identity?.Dispose();
        if (_accounts is not null)
            await _accounts.DisposeAsync().ConfigureAwait(false);
        await _console.DisposeAsync().ConfigureAwait(false);
        if (_memory is not null)
            await _memory.DisposeAsync().ConfigureAwait(false);
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
        if (_entry is not null)
            await _entry.DisposeAsync().ConfigureAwait(false);
    }
}
