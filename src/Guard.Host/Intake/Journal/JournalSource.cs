using System.Diagnostics;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Host.Platform;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Intake.Journal;

/// <summary>
/// Follows systemd's journal through a <c>journalctl --follow</c> of its own, which knows rotation and journald's restarts. The cursor of what is
/// journaled is the checkpoint; a child that dies is started again, later each time.
/// </summary>
public sealed class JournalSource : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>A child that lived for so long is no failure when it ends.</summary>
    private static readonly TimeSpan LivedWell = TimeSpan.FromMinutes(1);

    private readonly JournalSettings _settings;
    private readonly LogParser _parser;
    private readonly string _name;
    private readonly CheckpointStore _store;
    private readonly LogJournal _journal;
    private readonly SourceIntake _intake;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private readonly Thread _thread;
    private volatile string _problem = "";
    private string _toldProblem = "";
    private JournalPlace? _last;
    private bool _again;
    private long _savedAt;
    private long _toldUnparsed;
    private long _unplaced;

    /// <param name="journal">What is known of the guard's own journal, to which the checkpoint belongs.</param>
    public JournalSource(
        JournalSettings settings,
        LogParserSettings parser,
        UserNameRules names,
        IPlaceLookup places,
        CheckpointStore store,
        IntakeClock clock,
        IActorRefFactory actors,
        IActorRef users,
        ILogger log,
        Action<Observation>? seen = null,
        LogJournal? journal = null
    )
    {
        (_settings, _store, _log, _journal, _name) = (settings, store, log, journal ?? LogJournal.Sound, parser.Source);
        _parser = new LogParser(parser, names, places);
        _intake = new SourceIntake(parser.Source, _parser, clock, actors, users, seen);
        _thread = new Thread(FollowAlways) { IsBackground = true, Name = "journal" };
    }

    public IntakeReading Reading =>
        _intake.Counts.Reading(_name, _intake.JournaledTo, _parser.Unjudged) with
        {
            Kind = "journal",
            BehindBytes = 0,
            Problem = _problem,
        };

    /// <summary>The lasting name of a journal, without that of the node.</summary>
    public static string NameOf(JournalSettings settings) =>
        settings.Directory.Length > 0 ? $"journal:{settings.Directory}"
        : settings.Namespace.Length > 0 ? $"journal:{settings.Namespace}"
        : "journal";

    public void Start() => _thread.Start();

    private void FollowAlways()
    {
        Resume();
        while (!_stop.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            try
            {
                Follow();
            }
            catch (Exception failure)
            {
                // Whatever it is: the other sources go on, and this one is tried again from its last entry.
                Told(failure is IOException ? failure.Message : $"cannot be followed: {failure.Message}");
                if (failure is not IOException)
                    _log.Error(failure, "{Journal}: following it failed", _name);
            }
            if (Stopwatch.GetElapsedTime(since) > LivedWell)
                _backoff.Succeed();
            _backoff.Fail();
            _stop.Token.WaitHandle.WaitOne(_backoff.Delay);
        }
    }

    private void Resume()
    {
        var resume = _store.Load(_name, out var damage);
        if (damage is not null)
            _log.Error("{Damage:l}; {Journal} is read again, and what was counted is recognised", damage, _name);
        if (resume is null)
            return;
        _last = JournalPlace.OfCursor(resume.Cursor);
        var lost = !_journal.Has(resume);
        _again = lost && _journal.ReadAgain;
        // See LogSource.
        if (!_again && !_parser.Restore(resume.ParserState))
            _log.Warning("The joins of {Journal} were written by another version; messages open at that time are not attributed", _name);
        if (!lost)
            return;
        if (_again)
            Store(resume with { JournalHead = LogJournal.Void });
        _log.Error(
            "{Journal}: the guard's own journal has lost what was read of it; {What:l}",
            _name,
            _again ? "it is read again from its first entry on" : "as intake.logs.journal-lost says, only what comes now is counted"
        );
    }

    private void Follow()
    {
        using var child = Journalctl.Start(_settings, Journalctl.Units(_settings).Concat(["--follow", "--no-tail", .. Where()]));
        var started = Stopwatch.GetTimestamp();
        var lines = new LineBuffer();
        while (!_stop.IsCancellationRequested)
        {
            if (lines.Fill(child))
            {
                _intake.Begin();
                while (lines.TryNext(out var line, out _))
                {
                    Feed(line);
                    if (_intake.IsFull && !Hand(idle: false))
                        return;
                }
                continue;
            }
            if (_intake.HasNew && !Hand(idle: true))
                return;
            TellLosses(lines);
            if (child.HasEnded)
            {
                Told(child.Ending());
                return;
            }
            lines.Rest();
            // One that is to fail does so soon; until then nothing is well.
            if (Stopwatch.GetElapsedTime(started) > Settled)
                Told(
                    child.Complaint.Contains("not seeing messages", StringComparison.Ordinal)
                        ? "is not all shown to the guard's user: put them into the group systemd-journal"
                        : ""
                );
            child.Wait(Look, _stop.Token);
        }
        Hand(idle: true);
    }

    /// <summary>Where reading goes on. journalctl goes to the nearest entry when that of a cursor is gone, and says nothing of it.</summary>
    private IEnumerable<string> Where()
    {
        if (_again)
        {
            (_again, _last) = (false, null);
            return [];
        }
        if (_last is not { } last)
            return [Journalctl.Since(DateTimeOffset.UtcNow - _settings.Since)];
        if (Nearest(last) is not { } nearest || nearest.Cursor == last.Cursor)
            return [$"--after-cursor={last.Cursor}"];
        var many =
            nearest.Numbering == last.Numbering && nearest.Number > last.Number
                ? FormattableString.Invariant($"{nearest.Number - last.Number - 1} entries of all units")
                : "an unknown number of entries";
        _log.Error(
            "{Journal}: {Many:l} between {From:u} and {To:u} are gone (vacuumed, or the journal was replaced) and are not counted",
            _name,
            many,
            last.At,
            nearest.At
        );
        _last = null;
        return [$"--cursor={nearest.Cursor}"];
    }

    /// <summary>The entry of this cursor, or the one that is nearest to it now; null when there is none.</summary>
    private JournalPlace? Nearest(JournalPlace last)
    {
        using var child = Journalctl.Start(_settings, "--quiet", "--lines=1", $"--cursor={last.Cursor}");
        var lines = new LineBuffer();
        while (true)
        {
            while (lines.Fill(child))
            {
                if (lines.TryNext(out var line, out _))
                    return JournalPlace.Of(line);
            }
            if (child.HasEnded || _stop.IsCancellationRequested)
                return null;
            child.Wait(Look, _stop.Token);
        }
    }

    private void Feed(ReadOnlySpan<byte> line)
    {
        if (JournalPlace.Of(line) is not { } place)
        {
            _unplaced++;
            return;
        }
        _last = place;
        _intake.Feed(line, place);
    }

    private bool Hand(bool idle)
    {
        var checkpoint = new FollowCheckpoint(_name, 0, 0, FileFingerprint.Of([]), _parser.Capture()) { Cursor = _last?.Cursor ?? "" };
        return _intake.Hand(idle, () => Save(checkpoint, idle), _stop.Token);
    }

    private void Save(FollowCheckpoint checkpoint, bool now)
    {
        if (checkpoint.Cursor.Length == 0 || (!now && Stopwatch.GetElapsedTime(_savedAt) < CheckpointEvery))
            return;
        Store(checkpoint with { JournalHead = _journal.Head() });
    }

    private void Store(FollowCheckpoint checkpoint)
    {
        try
        {
            _store.Save(checkpoint);
            _savedAt = Stopwatch.GetTimestamp();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Error(
                "The checkpoint of {Journal} could not be stored: {Reason:l}; after a restart more is read again, nothing counts twice",
                _name,
                failure.Message
            );
        }
    }

    private void Told(string problem)
    {
        _problem = problem;
        if (problem == _toldProblem)
            return;
        if (problem.Length > 0)
            _log.Warning("{Journal}: {Problem:l}; it is tried again, everything else goes on", _name, problem);
        else
            _log.Information("{Journal} can be read", _name);
        _toldProblem = problem;
    }

    private void TellLosses(LineBuffer lines)
    {
        var odd = _intake.Counts.Unparsed + lines.TooLong + _unplaced;
        if (odd != _toldUnparsed)
            _log.Warning("{Journal}: {Count} entries could not be read so far", _name, odd);
        _toldUnparsed = odd;
    }

    /// <summary>Stops reading and waits until what was read is journaled, at most a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_thread.IsAlive)
            _thread.Join(TimeSpan.FromSeconds(5));
        if (!await _intake.DrainAsync().ConfigureAwait(false))
            _log.Warning("{Journal}: not everything was journaled in time; it is read again at the next start", _name);
        _intake.Dispose();
    }
}
