using System.Diagnostics;
using Akka.Actor;
using Guard.Host.Geo;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Intake;

/// <summary>
/// Follows one log on a thread of its own: reading blocks, and must never hold up the actors. Nothing that befalls the log ends more than this
/// reading, and that only for a while.
/// </summary>
public sealed class LogSource : IAsyncDisposable
{
    /// <summary>Between two looks at a log that has nothing new; a log that is silent for long is looked at less often.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SeldomLook = TimeSpan.FromSeconds(1);

    /// <summary>A checkpoint is flushed to the disk: often enough to read little again, seldom enough to cost nothing.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly LogParser _parser;
    private readonly CheckpointStore _store;
    private readonly SourceIntake _intake;
    private readonly LogJournal _journal;
    private readonly TimeSpan _since;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile string _problem = "";
    private string _toldProblem = "";
    private FollowCheckpoint? _begun;
    private bool _resumed;
    private long _savedAt;
    private long _toldUnparsed;
    private int _toldGaps;
    private int _silentLooks;

    /// <param name="journal">What is known of the journal that the checkpoints belong to.</param>
    /// <param name="since">How far back the first reading goes in files that were rotated away; zero: it begins with the log as it is.</param>
    public LogSource(
        string path,
        LogParserSettings settings,
        UserNameRules names,
        IPlaceLookup places,
        CheckpointStore store,
        IntakeClock clock,
        IActorRefFactory actors,
        IActorRef users,
        ILogger log,
        Action<Observation>? seen = null,
        LogJournal? journal = null,
        TimeSpan since = default
    )
    {
        (_path, _store, _log, _journal, _since) = (path, store, log, journal ?? LogJournal.Sound, since);
        _parser = new LogParser(settings, names, places);
        _intake = new SourceIntake(path, _parser, clock, actors, users, seen);
        _thread = new Thread(FollowAlways) { IsBackground = true, Name = "log " + Path.GetFileName(path) };
    }

    public IntakeReading Reading => _intake.Counts.Reading(_path, _intake.JournaledTo, _parser.Unjudged) with { Problem = _problem };

    /// <summary>Since when there is no such log; null when there is one, or something of that name.</summary>
    public DateTimeOffset? GoneSince { get; private set; }

    public void Start() => _thread.Start();

    private void FollowAlways()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Follow();
            }
            catch (Exception failure)
            {
                // Whatever it is: the other sources and the answers to servers go on, and this one is tried again from its checkpoint.
                Told($"cannot be followed: {failure.Message}");
                _log.Error(failure, "{Path}: following it failed; trying again in {Seconds} s", _path, AfterFailure.TotalSeconds);
                _stop.Token.WaitHandle.WaitOne(AfterFailure);
            }
        }
    }

    private void Follow()
    {
        using var follower = Resume();
        while (!_stop.IsCancellationRequested)
        {
            var step = follower.Step();
            Told(follower.Problem);
            GoneSince =
                step == FollowStep.Missing && FileStatus.Of(_path, out var error) is null && FileStatus.IsMissing(error)
                    ? GoneSince ?? DateTimeOffset.UtcNow
                    : null;
            if (step == FollowStep.Read)
            {
                var isNew = _silentLooks > 0;
                _silentLooks = 0;
                _intake.Begin();
                while (follower.Lines.TryNext(out var line, out var offset))
                {
                    _intake.Feed(line, follower.Generation, offset);
                    if (isNew)
                        _parser.WrittenNow();
                    isNew = false;
                    if (_intake.IsFull && !Hand(follower, idle: false))
                        return;
                }
                continue;
            }
            if (step == FollowStep.Switched)
            {
                _intake.Begin();
                if (follower.Lines.TryLast(out var last, out var offset))
                    _intake.Feed(last, follower.Generation, offset);
                _log.Information("{Path} goes on in its next file", _path);
                continue;
            }
            if (_intake.HasNew && !Hand(follower, idle: true))
                return;
            TellLosses(follower);
            _stop.Token.WaitHandle.WaitOne(_silentLooks++ < 240 ? Look : SeldomLook);
        }
        Hand(follower, idle: true);
    }

    private LogFollower Resume()
    {
        var path = Path.GetFullPath(_path);
        var resume = _store.Load(path, out var damage);
        if (damage is not null)
            _log.Error(
                "{Damage:l}; {Path} is read {From:l}",
                damage,
                _path,
                resume is null ? "from its start" : "from an older checkpoint on, and what was counted is recognised"
            );
        var lost = resume is not null && IsLost(resume);
        var again = lost && _journal.ReadAgain;
        // What is read again begins with nothing open: by what was known at the end, much of it would be taken for told already.
        if (resume is not null && !again && !_parser.Restore(resume.ParserState))
            _log.Warning("The joins of {Path} were written by another version; messages open at that time are not attributed", _path);
        if (again)
        {
            _log.Error("{Path}: the journal has lost what was read of it; it is read again, as far back as there are files", _path);
            // The journal grows from now on by what others tell: after a kill only this says what it lost.
            resume = resume! with
            {
                JournalHead = LogJournal.Void,
            };
            Store(resume);
        }
        else if (lost)
        {
            _log.Error("{Path}: the journal has lost what was read of it; as intake.logs.journal-lost says, only what comes now is counted", _path);
        }
        var now = DateTimeOffset.UtcNow;
        return new LogFollower(
            _path,
            resume,
            again: again,
            generation: FirstGeneration(now),
            // A checkpoint that was lost is no first reading: what it stood for was counted.
            since: _since > TimeSpan.Zero && damage is null ? now - _since : null
        );
    }

    /// <summary>How far the journal was at the start says something about checkpoints of former runs alone.</summary>
    private bool IsLost(FollowCheckpoint resume)
    {
        var lost = resume.JournalHead == LogJournal.Void || (!_resumed && !_journal.Has(resume));
        _resumed = true;
        return lost;
    }

    /// <summary>
    /// Without a checkpoint counting begins where no earlier run can have been, with half hours: were it at 0, the positions of a log whose
    /// checkpoint is lost would be below those that accounts have seen, and what is new would be taken for known.
    /// </summary>
    internal static uint FirstGeneration(DateTimeOffset now) =>
        (uint)Math.Clamp((now - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalMinutes / 30, 1, 1 << 19);

    private void Told(string problem)
    {
        _problem = problem;
        if (problem == _toldProblem)
            return;
        if (problem.Length > 0)
            _log.Warning("{Path} {Problem:l}; it is read as soon as that is over, everything else goes on", _path, problem);
        else
            _log.Information("{Path} can be read", _path);
        _toldProblem = problem;
    }

    private void TellLosses(LogFollower follower)
    {
        var odd = _intake.Counts.Unparsed + follower.Lines.TooLong;
        if (odd != _toldUnparsed)
            _log.Warning("{Path}: {Count} lines could not be read so far", _path, odd);
        _toldUnparsed = odd;
        if (follower.Gaps != _toldGaps)
            _log.Error("{Path}: what was read last is not to be found again, or damaged; what had been written behind it is not counted", _path);
        _toldGaps = follower.Gaps;
    }

    /// <summary>Hands over what was read with the checkpoint that holds when it is journaled; false when stopping.</summary>
    private bool Hand(LogFollower follower, bool idle)
    {
        var checkpoint = follower.Capture(_parser.Capture());
        _intake.Counts.ReadTo(checkpoint.Offset);
        if (_begun is null || (follower.IsPipe && _begun.Generation != checkpoint.Generation))
        {
            // Before anything is counted: after a kill the numbering has to go on, whatever time it is then.
            _begun = follower.IsPipe ? checkpoint : checkpoint with { Offset = 0, Fingerprint = FileFingerprint.Of([]), Tail = FileFingerprint.Of([]) };
            if (!_store.Has(checkpoint.Path) || follower.IsPipe)
                Save(_begun, now: true);
        }
        return _intake.Hand(idle, () => Save(checkpoint, idle), _stop.Token);
    }

    private void Save(FollowCheckpoint checkpoint, bool now)
    {
        if (!now && Stopwatch.GetElapsedTime(_savedAt) < CheckpointEvery)
            return;
        // Of a log that is to be read again, and was not yet, nothing is in the journal.
        Store(checkpoint.JournalHead == LogJournal.Void ? checkpoint : checkpoint with { JournalHead = _journal.Head() });
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
                "The checkpoint of {Path} could not be stored: {Reason:l}; after a restart more is read again, nothing counts twice",
                _path,
                failure.Message
            );
        }
    }

    /// <summary>Stops reading and waits until what was read is journaled, at most a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_thread.IsAlive)
            _thread.Join(TimeSpan.FromSeconds(5));
        if (!await _intake.DrainAsync().ConfigureAwait(false))
            _log.Warning("{Path}: not everything was journaled in time; it is read again at the next start", _path);
        _intake.Dispose();
    }
}
