using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Replay;

/// <summary>
/// Reads and parses on one thread, decides for accounts on a second, and for addresses on the third, which also tells what was found: so all cores have work. Few
/// and small batches are on their way, so that most observations are gone again before the garbage collector looks for what lives.
/// </summary>
/// <param name="also">Others that are shown the same observations.</param>
public sealed class ReplayRun(LogParser parser, ReplayEngine engine, ReplayProgress progress, Action<string> warn, params IReplayListener[] also)
{
    private const int BatchSize = 1024;
    private const int MaxWaiting = 4;

    private readonly BlockingCollection<ReplayBatch> _read = new(MaxWaiting);
    private readonly BlockingCollection<ReplayBatch> _decided = new(MaxWaiting);
    private readonly ConcurrentBag<ReplayBatch> _empty = [];
    private volatile Exception? _failure;

    public void Run(IReadOnlyList<string> files)
    {
        var clock = Stopwatch.StartNew();
        progress.Begin(files);
        Thread[] threads = [Start("replay-reader", () => Read(files), _read), Start("replay-accounts", DecideForAccounts, _decided)];
        foreach (var batch in _decided.GetConsumingEnumerable())
        {
            engine.TakeAddresses(batch);
            batch.Clear();
            _empty.Add(batch);
        }
        foreach (var thread in threads)
            thread.Join();
        progress.Done();
        if (_failure is LogFileException known)
            throw known;
        if (_failure is not null)
            throw new InvalidOperationException(_failure.Message, _failure);
        engine.Counts.Seconds = clock.Elapsed.TotalSeconds;
        engine.Counts.Shapes = parser.Unknown?.Snapshot() ?? [];
        engine.Counts.Unjudged = parser.Unjudged.Total;
        engine.Counts.UnjudgedFrom = parser.Unjudged.Words(IntakeReading.ShownHosts);
        engine.Finish(parser.LastSeen ?? DateTimeOffset.UnixEpoch);
    }

    /// <summary>What goes wrong there is carried to the caller's thread; nobody waits for what comes no more.</summary>
    private Thread Start(string name, Action work, BlockingCollection<ReplayBatch> output)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception failure)
            {
                _failure ??= failure;
            }
            finally
            {
                output.CompleteAdding();
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return thread;
    }

    private void DecideForAccounts()
    {
        try
        {
            foreach (var batch in _read.GetConsumingEnumerable())
            {
                engine.TakeAccounts(batch);
                foreach (var listener in also)
                {
                    foreach (var observation in batch.Observations)
                        listener.Take(observation);
                }
                _decided.Add(batch);
            }
        }
        finally
        {
            // A reader that waits for room goes on to its end.
            foreach (var _ in _read.GetConsumingEnumerable()) { }
        }
    }

    private void Read(IReadOnlyList<string> files)
    {
        var batch = new ReplayBatch();
        uint generation = 0;
        foreach (var file in files)
        {
            parser.Reference = ReplayFiles.TimeOf(file);
            parser.File = file;
            using var stream = ReplayFiles.Open(file);
            Read(file, stream, generation++, ref batch);
        }
        _read.Add(batch);
    }

    private void Read(string file, Stream stream, uint generation, ref ReplayBatch batch)
    {
        var lines = new LineBuffer();
        try
        {
            while (lines.Fill(stream))
            {
                while (lines.TryNext(out var line, out var offset))
                    Feed(line, generation, offset, batch.Observations);
                if (batch.Observations.Count >= BatchSize)
                {
                    _read.Add(batch);
                    batch = _empty.TryTake(out var used) ? used : new ReplayBatch();
                }
                progress.Tell(file, engine.Counts.Lines, ReplayFiles.TakenOf(stream));
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
        {
            // What came before the damage counts; the rest of this file is lost, the next one is not.
            warn($"{file}: damaged behind byte {lines.Offset} of its text: {damaged.Message}");
        }
        if (lines.TryLast(out var last, out var at))
            Feed(last, generation, at, batch.Observations);
        if (lines.TooLong > 0)
        {
            engine.Counts.Lines += lines.TooLong;
            engine.Counts.Unparsed += lines.TooLong;
            warn($"{file}: {lines.TooLong} lines were too long and passed over");
        }
    }

    private void Feed(ReadOnlySpan<byte> line, uint generation, long offset, List<Observation> batch) =>
        engine.Counts.Line(parser.Feed(line, generation, offset, batch));
}
