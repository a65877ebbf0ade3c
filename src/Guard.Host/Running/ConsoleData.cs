using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Overrides;
using Guard.Host.Archive;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Policies;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.ConsoleModel.WhatIf;
using Guard.Host.Geo;
using Guard.Host.Intake.Routing;
using Guard.Host.Node;
using Guard.Host.Node.Health;
using Serilog;

namespace Guard.Host.Running;

/// <summary>
/// What stands behind the console and its API on one node: the policies set at run time, which every node needs, and the records, audit and archive that are
/// shown. Begun before the entities, so that it hears of everything.
/// </summary>
internal sealed class ConsoleData : IAsyncDisposable
{
    private static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(30);

    private const string Writable = "is there room in data-directory, and may the guard's user write there?";

    private readonly CancellationTokenSource _stop = new();
    private readonly GuardSettings _settings;
    private readonly IGuardClock _clock;
    private readonly ILogger _log;
    private readonly PolicySource _policies;
    private IActorRef _ledger = ActorRefs.Nobody;
    private ObservationArchive? _archive;
    private RecordsDatabase? _database;
    private RecordsWriter? _writer;
    private AuditLog? _audit;
    private LiveHub? _hub;
    private WhatIf? _whatIf;
    private PolicyEditor? _editor;
    private Task _rebuilding = Task.CompletedTask;
    private Task _forgetting = Task.CompletedTask;
    private Task _calibrating = Task.CompletedTask;

    private ConsoleData(GuardSettings settings, PolicySource policies, PolicyBoard board, IGuardClock clock, ILogger log)
    {
        (_settings, _policies, Board, _clock, _log) = (settings, policies, board, clock, log);
        Feed = new RecordsFeed(settings.Archive.Keep > 0 ? new ArchiveIntake() : null);
    }

    public PolicyBoard Board { get; }

    /// <summary>Hears what entities do.</summary>
    public RecordsFeed Feed { get; }

    /// <summary>Null until <see cref="ServeAsync"/>.</summary>
    public ConsoleServices? Services { get; private set; }

    public static ConsoleData Begin(ActorSystem system, GuardSettings settings, PolicySource policies, IGuardClock clock, ILogger log)
    {
        var board = new PolicyBoard(policies, book => system.EventStream.Publish(new PolicyReloaded(book)), log);
        board.TakeFile(settings.PolicyTree, settings.Mode);
        return new ConsoleData(settings, policies, board, clock, log);
    }

    /// <summary>Waits until the policies that were set at run time hold here, before anything is decided by those of the file alone.</summary>
    public async Task FollowPoliciesAsync(ActorSystem system)
    {
        _ledger = PolicyLedgerActor.Start(system);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(PolicyFollower.Props(_ledger, Board, first), "policy-follower");
        try
        {
            await first.Task.WaitAsync(LedgerPatience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Mail flows: better by the file's limits than not at all.
            _log.Error("The policies that were set in the console are not to be had yet; until they are, those of the file hold");
        }
    }

    /// <summary>Opens what is shown and makes the services. Where that cannot be had, the guard guards all the same: there is no console then.</summary>
    public async Task ServeAsync(InspectedNode node, IPlaceLookup places)
    {
        try
        {
            _audit = await AuditLog.OpenAsync(_settings, node.Name, TimeProvider.System, _log, _stop.Token).ConfigureAwait(false);
            _database = await OpenRecordsAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            _log.Error("There is no console: {Reason:l}", failure.Message);
            Feed.Close();
            node.SelfChecks.Add(() => [Finding.Fault("console data", $"cannot be opened, so that there is no console: {failure.Message}", Writable)]);
            return;
        }
        Serve(node, places, _database, _audit);
    }

    /// <summary>Records that cannot be read are put aside and made again: nothing in them is anywhere else than in the journal.</summary>
    private async Task<RecordsDatabase> OpenRecordsAsync(CancellationToken cancel)
    {
        const string File = "console.db";
        try
        {
            return await RecordsDatabase.OpenAsync(_settings, File, "normal", RecordsSchema.ReadModel, cancel).ConfigureAwait(false);
        }
        catch (IOException failure)
            when (_settings.Persistence.Engine != PersistenceEngine.Postgres && System.IO.File.Exists(Path.Combine(_settings.DataDirectory, File)))
        {
            var path = Path.Combine(_settings.DataDirectory, File);
            _log.Error("{File} cannot be read, is put aside as {Aside} and made again: {Reason:l}", path, path + ".broken", failure.Message);
            foreach (var part in new[] { "", "-wal", "-shm" }.Where(part => System.IO.File.Exists(path + part)))
                System.IO.File.Move(path + part, $"{path}.broken{part}", overwrite: true);
            return await RecordsDatabase.OpenAsync(_settings, File, "normal", RecordsSchema.ReadModel, cancel).ConfigureAwait(false);
        }
    }

    private void Serve(InspectedNode node, IPlaceLookup places, RecordsDatabase database, AuditLog audit)
    {
        if (Feed.Archive is { } intake)
        {
            _archive = new ObservationArchive(Path.Combine(_settings.DataDirectory, "archive"), _settings.Archive, intake, _clock, _log);
            _archive.Start();
        }
        _writer = new RecordsWriter(database, Feed, _policies, _clock, _log);
        _hub = new LiveHub(node, _log);
        _writer.Changed += _hub.IncidentsChanged;
        _writer.Start();
        var editor = _editor = new PolicyEditor(Board, _ledger, audit, TimeProvider.System);
        var others = Path.Combine(_settings.DataDirectory, "archive-of-others");
        // What a crash left.
        if (Directory.Exists(others))
            Directory.Delete(others, true);
        node.System.ActorOf(ArchiveActor.Props(_archive?.Reader), ArchiveActor.Name);
        _whatIf = new WhatIf(_archive, Board, editor, _clock, node.System, others);
        var health = new NodeHealth(node);
        var blocks = new BlocksAndLocks(node, places, audit);
        Services = new ConsoleServices(
            new RecordedAccounts(database, node, new AccountTimeline(database, audit, _archive?.Reader)),
            new AccountActs(node, audit),
            new RecordedLiveView(database, node, health, _hub),
            new RecordedSites(database, node, audit),
            blocks,
            editor,
            _whatIf,
            new ListImport(),
            audit,
            new Summary(database, node, health, blocks, _settings.DataDirectory),
            new RecordedAddresses(database, node, places, blocks, audit, _settings.Enforcement.Firewall.Policy.Exempt, _archive?.Reader),
            new PlannedExceptions(node, audit),
            new HeldMails(node, audit),
            new AttackFollowUp(node, audit),
            new NodeWork(node)
        );
        node.SelfChecks.Add(() =>
            [
                Own("console records", _writer.Trouble, _writer.Left),
                .. _archive is { } archive ? [Own("console archive", archive.Trouble, archive.Left)] : Array.Empty<Finding>(),
            ]
        );
        node.SelfChecks.Add(() =>
            Board.AlarmsMeant is { Length: > 0 } meant
                ? [Finding.Ok("console alarms", $"wrong alarms per 1,000 account-months, and their score in bits here: {meant}")]
                : []
        );
        node.Erasers.Add(new RecordsEraser(database, _writer));
        node.Erasers.Add(audit);
        if (_archive is { } archive)
            node.Erasers.Add("archive items", archive.Forget);
        if (_settings.ForgetAfter > TimeSpan.Zero)
            _forgetting = new UnseenAccounts(database, node, _settings.ForgetAfter, _log).RunAsync(_stop.Token);
        _calibrating = new AlarmCalibration(database, Board, _clock, _log).RunAsync(_stop.Token);
        _rebuilding = new RecordsRebuild(new StoredAccounts(_settings.Persistence), database, node, _log).RunAsync(_stop.Token);
    }

    /// <summary>What is shown may lack something; what is decided does not hang on it.</summary>
    private static Finding Own(string check, string trouble, long left) =>
        trouble.Length > 0 ? Finding.Fault(check, trouble, Writable)
        : left > 0 ? Finding.Warning(check, $"{left} were left out since the start: more came than could be written", "")
        : Finding.Ok(check, "up to date");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _rebuilding.ConfigureAwait(false);
        await _forgetting.ConfigureAwait(false);
        await _calibrating.ConfigureAwait(false);
        if (_hub is not null)
            await _hub.DisposeAsync().ConfigureAwait(false);
        if (_writer is not null)
            await _writer.DisposeAsync().ConfigureAwait(false);
        if (_archive is not null)
            await _archive.DisposeAsync().ConfigureAwait(false);
        if (_audit is not null)
            await _audit.DisposeAsync().ConfigureAwait(false);
        if (_database is not null)
            await _database.DisposeAsync().ConfigureAwait(false);
        _whatIf?.Dispose();
        _editor?.Dispose();
        _stop.Dispose();
    }
}
