using Guard.Host.Intake.Files;
using Guard.Host.Platform;
using Serilog;

namespace Guard.Host.Intake;

/// <summary>
/// The logs of a node: those that are named, and those that patterns find, such as the logs of containers, which come and go. A log that is gone for
/// some minutes is let go with its checkpoint, so that what is kept stays bounded.
/// </summary>
public sealed class LogSources : IAsyncDisposable
{
    /// <summary>Logs of patterns that are followed at a time, each with a thread of its own.</summary>
    public const int MaxFound = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Func<string, LogSource> _make;
    private readonly CheckpointStore _store;
    private readonly IntakeBoard _board;
    private readonly ILogger _log;
    private readonly TimeSpan _letGoAfter;
    private readonly List<LogSource> _named = [];
    private readonly List<(LogPattern Pattern, int[] Found)> _patterns = [];
    private readonly Dictionary<string, (LogSource Source, Func<IntakeReading> Reading)> _found = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _looking;
    private bool _toldMany;

    /// <param name="make">Makes the source of a path.</param>
    public LogSources(
        IEnumerable<string> files,
        Func<string, LogSource> make,
        CheckpointStore store,
        IntakeBoard board,
        ILogger log,
        TimeSpan? letGoAfter = null
    )
    {
        (_make, _store, _board, _log, _letGoAfter) = (make, store, board, log, letGoAfter ?? TimeSpan.FromMinutes(5));
        foreach (var file in files.Distinct(StringComparer.Ordinal))
        {
            if (LogPattern.Names(file))
                _patterns.Add((new LogPattern(file), [0]));
            else
                _named.Add(make(file));
        }
        _looking = new Thread(Look) { IsBackground = true, Name = "log patterns" };
    }

    public void Start()
    {
        foreach (var source in _named)
        {
            _board.Add(() => source.Reading);
            source.Start();
        }
        if (_patterns.Count == 0)
            return;
        foreach (var (pattern, found) in _patterns)
            _board.Add(() => new IntakeReading(pattern.Text, "log pattern") { Problem = found[0] == 0 ? "fits no file that is there" : "" });
        LetGoOfFormerRuns();
        _looking.Start();
    }

    private void Look()
    {
        do
        {
            try
            {
                Find();
                LetGo();
            }
            catch (Exception failure)
            {
                _log.Error(failure, "Looking for logs failed; it is tried again");
            }
        } while (!_stop.Token.WaitHandle.WaitOne(LookEvery));
    }

    private void Find()
    {
        foreach (var (pattern, count) in _patterns)
        {
            var files = pattern.Find(MaxFound);
            count[0] = files.Count;
            foreach (var file in files.Where(file => !_found.ContainsKey(file)))
            {
                if (_found.Count >= MaxFound)
                {
                    if (!_toldMany)
                        _log.Error("More than {Max} files fit intake.logs.files; {File} and others are not read", MaxFound, file);
                    _toldMany = true;
                    return;
                }
                var source = _make(file);
                Func<IntakeReading> reading = () => source.Reading;
                _found.Add(file, (source, reading));
                _board.Add(reading);
                source.Start();
                _log.Information("{File} is followed, it fits {Pattern}", file, pattern.Text);
            }
        }
    }

    private void LetGo()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var (file, (source, reading)) in _found.Where(one => one.Value.Source.GoneSince is { } since && now - since > _letGoAfter).ToArray())
        {
            OwnThread.Await(source.DisposeAsync());
            _board.Remove(reading);
            _found.Remove(file);
            _store.Delete(file);
            _toldMany = false;
            _log.Information("{File} is gone and let go", file);
        }
    }

    /// <summary>Logs that were gone while the guard was not there.</summary>
    private void LetGoOfFormerRuns()
    {
        foreach (var checkpoint in _store.All())
        {
            if (
                _patterns.Any(one => one.Pattern.Fits(checkpoint.Path))
                && FileStatus.Of(checkpoint.Path, out var error) is null
                && FileStatus.IsMissing(error)
                && RotatedLogs.Of(checkpoint.Path).Count == 0
            )
            {
                _store.Delete(checkpoint.Path);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_looking.IsAlive)
            _looking.Join(TimeSpan.FromSeconds(15));
        await Task.WhenAll(_named.Concat(_found.Values.Select(one => one.Source)).Select(source => source.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
