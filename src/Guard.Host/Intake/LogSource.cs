using Akka.Actor;
using Guard.Host.Geo;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;
using Serilog;

namespace Guard.Host.Intake;

/// <summary>Follows one log on a thread of its own: reading blocks, and must never hold up the actors.</summary>
public sealed class LogSource : IAsyncDisposable
{
    private const int OpenChunks = 8;
    private const int ChunkSize = 4096;

    /// <summary>A checkpoint is flushed to the disk: often enough to read little again, seldom enough to cost nothing.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly LogParserSettings _settings;
    private readonly UserNameRules _names;
    private readonly IPlaceLookup _places;
    private readonly CheckpointStore _store;
    private readonly IntakeClock _clock;
    private readonly ILogger _log;
    private readonly Action<Observation>? _seen;
    private readonly SemaphoreSlim _credits = new(OpenChunks);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly IActorRef _source;
    private FollowCheckpoint? _saved;
    private DateTime _savedAt;
    private DateTimeOffset _journaledTo;
    private long _reads;
    private long _handedAt = -1;
    private readonly LogCounts _counts = new();
    private long _toldUnparsed;

    public LogSource(
        string path, LogParserSettings settings, UserNameRules names, IPlaceLookup places, CheckpointStore store, IntakeClock clock,
        IActorRefFactory actors, IActorRef users, ILogger log, Action<Observation>? seen = null)
    {
        (_path, _settings, _names, _places, _store, _clock, _log, _seen) = (path, settings, names, places, store, clock, log, seen);
        _source = actors.ActorOf(SourceActor.Props(users, _credits), "log-" + Guard.Actors.Behaviour.StableHash.Of(path).ToString("x"));
        _thread = new Thread(Follow) { IsBackground = true, Name = "log " + Path.GetFileName(path) };
    }

    public IntakeReading Reading => _counts.Reading(_path, _journaledTo == default ? null : _journaledTo, _settings.Unjudged);

    public void Start() => _thread.Start();

    private void Follow()
    {
        var parser = new LogParser(_settings, _names, _places);
        var resume = _store.Load(Path.GetFullPath(_path), out var damage);
        if (damage is not null)
            _log.Warning("{Damage:l}; reading {Path} from its start, what was counted is recognised", damage, _path);
        if (resume is not null && !parser.Restore(resume.ParserState))
            _log.Warning("The joins of {Path} were written by another version; messages open at that time are not attributed", _path);
        using var follower = new LogFollower(_path, resume);
        var told = FollowStep.Read;
        var chunk = new List<Observation>(ChunkSize);
        while (!_stop.IsCancellationRequested)
        {
            var step = FollowStep.Missing;
            try
            {
                step = follower.Step();
            }
            catch (Exception failure) when (failure is LogFileException or IOException or InvalidDataException)
            {
                if (told != FollowStep.Missing)
                    _log.Error("{Path}: {Reason:l}; trying again", _path, failure.Message);
                told = step;
                _stop.Token.WaitHandle.WaitOne(1000);
                continue;
            }
            if (step == FollowStep.Read)
            {
                // Until these lines are journaled the guard's time stays before them: no rung may end ahead of what happened while it stood.
                Interlocked.Increment(ref _reads);
                _counts.Begin();
                _clock.Behind(_path, _journaledTo);
                while (follower.Lines.TryNext(out var line, out var offset))
                {
                    Feed(parser, line, follower.Generation, offset, chunk);
                    if (chunk.Count >= ChunkSize && !Hand(ref chunk, follower, parser))
                        return;
                }
            }
            else if (step == FollowStep.Switched)
            {
                if (follower.Lines.TryLast(out var last, out var offset))
                    Feed(parser, last, follower.Generation, offset, chunk);
                _log.Information("{Path} goes on in its next file", _path);
            }
            else
            {
                if (!Hand(ref chunk, follower, parser))
                    return;
                if (step == FollowStep.Missing && told != FollowStep.Missing)
                    _log.Warning("{Path} is not there; waiting for it", _path);
                Tell(follower);
                _stop.Token.WaitHandle.WaitOne(250);
            }
            told = step;
        }
        Hand(ref chunk, follower, parser);
    }

    private void Feed(LogParser parser, ReadOnlySpan<byte> line, uint generation, long offset, List<Observation> chunk)
    {
        var before = chunk.Count;
        _counts.Add(parser.Feed(line, generation, offset, chunk));
        for (var i = before; i < chunk.Count; i++)
            _seen?.Invoke(chunk[i]);
    }

    private void Tell(LogFollower follower)
    {
        var odd = _counts.Unparsed + follower.Lines.TooLong;
        if (odd == _toldUnparsed)
            return;
        _log.Warning("{Path}: {Count} lines could not be read so far", _path, odd);
        _toldUnparsed = odd;
    }

    /// <summary>Hands over what was read with the checkpoint that holds when it is journaled; false when stopping.</summary>
    private bool Hand(ref List<Observation> chunk, LogFollower follower, LogParser parser)
    {
        var checkpoint = follower.Capture(parser.Capture());
        _counts.ReadTo(checkpoint.Offset);
        if (chunk.Count == 0 && _saved is not null && _saved.Offset == checkpoint.Offset && _saved.Generation == checkpoint.Generation && _handedAt == _reads)
            return true;
        try
        {
            _credits.Wait(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        var idle = chunk.Count < ChunkSize;
        var reads = Interlocked.Read(ref _reads);
        var last = parser.LastSeen;
        _source.Tell(new ChunkRead(chunk, () =>
        {
            Save(checkpoint, idle);
            Journaled(last, idle, reads);
        }));
        _saved = checkpoint;
        _handedAt = idle ? reads : -1;
        chunk = new List<Observation>(ChunkSize);
        return true;
    }

    private void Journaled(DateTimeOffset? last, bool idle, long reads)
    {
        if (last is { } at)
            _journaledTo = at;
        if (idle && reads == Interlocked.Read(ref _reads))
        {
            _counts.CaughtUp();
            _clock.CaughtUp(_path, last);
        }
        else
            _clock.Behind(_path, _journaledTo);
    }

    private void Save(FollowCheckpoint checkpoint, bool now)
    {
        if (!now && DateTime.UtcNow - _savedAt < CheckpointEvery)
            return;
        try
        {
            _store.Save(checkpoint);
            _savedAt = DateTime.UtcNow;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.Error("The checkpoint of {Path} could not be stored: {Reason:l}; after a restart more is read again, nothing counts twice", _path, failure.Message);
        }
    }

    /// <summary>Stops reading and waits until what was read is journaled, at most a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _thread.Join(TimeSpan.FromSeconds(5));
        try
        {
            await _source.Ask<Drained>(AwaitDrained.Instance, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            _log.Warning("{Path}: not everything was journaled in time; it is read again at the next start", _path);
        }
    }
}
