using System.Net.Sockets;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Journal;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Running;

/// <summary>What all ways into a node share.</summary>
/// <param name="Users">The region of users.</param>
/// <param name="Seen">Is shown every observation: who is at home behind which address.</param>
internal sealed record IntakeContext(
    ActorSystem System,
    GuardSettings Settings,
    IActorRef Users,
    UserNameRules Names,
    IPlaceLookup Places,
    IntakeClock Clock,
    CheckpointStore Checkpoints,
    LogJournal Journal,
    SenderRules Senders,
    Action<Observation> Seen,
    IntakeBoard Board,
    ILogger Log
);

/// <summary>What a node hears: the servers that mail servers ask, syslog, log files and the journal.</summary>
internal sealed class NodeIntake
{
    private readonly IntakeContext _context;
    private InlineServers? _inline;
    private SyslogIntake? _syslog;
    private LogSources? _sources;
    private JournalSource? _journal;

    private NodeIntake(IntakeContext context) => _context = context;

    /// <param name="checks">Is told which server could not begin.</param>
    /// <exception cref="IOException">An address that somebody chose cannot be had.</exception>
    public static async Task<NodeIntake> StartAsync(
        IntakeContext context,
        InlineJudge judge,
        JournaledAccessLists lists,
        Func<AuthPolicyOrder, CancellationToken, Task>? writeDown,
        SelfChecks checks
    )
    {
        var (settings, log) = (context.Settings, context.Log);
        var intake = new NodeIntake(context)
        {
            _inline = await InlineServers.StartAsync(settings.Inline, judge, lists, context.Board, writeDown, log).ConfigureAwait(false),
        };
        foreach (var (name, listen, why) in intake._inline.Missing)
        {
            var missing = Finding.Fault(
                $"listener {name}",
                $"is not answered, {listen} cannot be had: {why}",
                "stop the program that has the address, or choose another one, here and in the mail server; what is not used: listen = off"
            );
            checks.Add(() => [missing]);
        }
        if (settings.Logs is { HasHostsZone: true, Files.IsEmpty: false } && settings.Logs.Zone.BaseUtcOffset != TimeSpan.Zero)
            log.Information(
                "Stamps without a zone are read in this machine's zone, {Zone:l}: intake.logs.time-zone says otherwise where a log is written in another one",
                settings.Logs.Zone.Id
            );
        if (settings.Syslog is { } syslog)
            intake.StartSyslog(syslog);
        intake._sources = new LogSources(settings.Logs.Files, intake.SourceOf, context.Checkpoints, context.Board, log);
        intake._sources.Start();
        if (settings.Journal is { } journal)
            intake.StartJournal(journal);
        return intake;
    }

    /// <summary>Nobody can ask any more, and what was being answered is answered.</summary>
    public async Task CloseAsync()
    {
        if (_inline is not null)
            await _inline.DisposeAsync().ConfigureAwait(false);
        if (_syslog is not null)
            await _syslog.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Reads no further, and waits until what was read is journaled and said so to its source.</summary>
    public async Task DrainAsync()
    {
        if (_sources is not null)
            await _sources.DisposeAsync().ConfigureAwait(false);
        if (_journal is not null)
            await _journal.DisposeAsync().ConfigureAwait(false);
    }

    private void StartSyslog(SyslogSettings settings)
    {
        var unjudged = new UnjudgedMail();
        var syslog = _syslog = new SyslogIntake(
            settings,
            source => new LogParser(ParserOf(source, DateTimeOffset.UtcNow) with { Unjudged = unjudged }, _context.Names, _context.Places),
            _context.System,
            _context.Users,
            _context.Seen,
            _context.Log
        );
        try
        {
            syslog.Start();
        }
        catch (SocketException failure)
        {
            throw settings.Listen is { } plain
                ? StartException.Listening("intake.syslog.listen", "syslog", plain, failure)
                : StartException.Listening("intake.syslog.tls-listen", "syslog over TLS", settings.Tls!.Listen, failure);
        }
        _context.Board.Add(() => syslog.Reading with { Unjudged = unjudged.Total, UnjudgedFrom = unjudged.Words(IntakeReading.ShownHosts) });
    }

    private void StartJournal(JournalSettings settings)
    {
        var journal = _journal = new JournalSource(
            settings,
            ParserOf(JournalSource.NameOf(settings), DateTimeOffset.UtcNow),
            _context.Names,
            _context.Places,
            _context.Checkpoints,
            _context.Clock,
            _context.System,
            _context.Users,
            _context.Log,
            _context.Seen,
            _context.Journal
        );
        _context.Board.Add(() => journal.Reading);
        journal.Start();
    }

    private LogSource SourceOf(string path)
    {
        var reference = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTimeOffset.UtcNow.UtcDateTime;
        return new LogSource(
            path,
            ParserOf(path, new DateTimeOffset(reference, TimeSpan.Zero)),
            _context.Names,
            _context.Places,
            _context.Checkpoints,
            _context.Clock,
            _context.System,
            _context.Users,
            _context.Log,
            _context.Seen,
            _context.Journal,
            _context.Settings.Logs.Since
        );
    }

    private LogParserSettings ParserOf(string source, DateTimeOffset reference)
    {
        var logs = _context.Settings.Logs;
        return new LogParserSettings(
            _context.Settings.Cluster.NameOf(source),
            reference,
            Zone: logs.Zone,
            DovecotTag: logs.DovecotTag,
            DovecotAuthFailures: logs.DovecotAuthFailures
        )
        {
            // A story that lies in the past has its own time.
            Clock = logs.FollowsLogClock ? null : TimeProvider.System,
            File = source,
            MaxAhead = logs.MaxAhead,
            Senders = _context.Senders,
            Unknown = _context.Board.Unknown,
            Watch = _context.Board.Watch(source, notice => _context.Log.Warning("{Notice:l}", notice)),
        };
    }
}
