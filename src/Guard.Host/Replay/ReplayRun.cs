using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Replay;

/// <summary>Reads and parses on one thread and decides on another, so that two cores have work.</summary>
/// <param name="also">Others that are shown the same observations.</param>
public sealed class ReplayRun(LogParser parser, ReplayEngine engine, ReplayProgress progress, Action<string> warn, params IReplayListener[] also)
{
    private const int BatchSize = 8192;

    private readonly BlockingCollection<List<Observation>> _batches = new(16);
    private readonly ConcurrentBag<List<Observation>> _empty = [];
    private volatile Exception? _failure;

    public void Run(IReadOnlyList<string> files)
    {
        var clock = Stopwatch.StartNew();
        var reader = new Thread(() => Read(files)) { IsBackground = true, Name = "replay-reader" };
        reader.Start();
        foreach (var batch in _batches.GetConsumingEnumerable())
        {
            foreach (var observation in batch)
            {
                engine.Take(observation);
                foreach (var listener in also)
                    listener.Take(observation);
            }
            batch.Clear();
            _empty.Add(batch);
        }
        reader.Join();
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

    private void Read(IReadOnlyList<string> files)
    {
        try
        {
            var batch = new List<Observation>(BatchSize);
            uint generation = 0;
            foreach (var file in files)
            {
                parser.Reference = ReplayFiles.TimeOf(file);
                parser.File = file;
                using var stream = ReplayFiles.Open(file);
                Read(file, stream, generation++, ref batch);
            }
            _batches.Add(batch);
        }
        catch (Exception failure)
        {
            // Carried to the caller's thread.
            _failure = failure;
        }
        finally
        {
            _batches.CompleteAdding();
        }
    }

    private void Read(string file, Stream stream, uint generation, ref List<Observation> batch)
    {
        var lines = new LineBuffer();
        try
        {
            while (lines.Fill(stream))
            {
                while (lines.TryNext(out var line, out var offset))
                    Feed(line, generation, offset, batch);
                if (batch.Count >= BatchSize)
                {
                    _batches.Add(batch);
                    batch = _empty.TryTake(out var used) ? used : new List<Observation>(BatchSize);
                }
                progress.Tell(file, engine.Counts.Lines);
            }
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
        {
            // What came before the damage counts; the rest of this file is lost, the next one is not.
            warn($"{file}: damaged behind byte {lines.Offset} of its text: {damaged.Message}");
        }
        if (lines.TryLast(out var last, out var at))
            Feed(last, generation, at, batch);
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
