using System.Collections.Concurrent;
using Guard.Bench.Detection.Lines;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Observations;

namespace Guard.Bench.Detection.Scoring;

/// <summary>Parses generated lines on the spot, as a replay does, and passes the observations on in batches.</summary>
public sealed class ParsingTarget(LogParser parser, ReplayCounts counts, BlockingCollection<List<Observation>> batches, ConcurrentBag<List<Observation>> empty)
    : ILineTarget
{
    private const int BatchSize = 8192;

    private List<Observation> _batch = new(BatchSize);
    private long _offset;

    public void Line(ReadOnlySpan<byte> line)
    {
        counts.Line(parser.Feed(line, 0, _offset, _batch));
        _offset += line.Length + 1;
        if (_batch.Count >= BatchSize)
            Pass();
    }

    public void Pass()
    {
        batches.Add(_batch);
        _batch = empty.TryTake(out var used) ? used : new List<Observation>(BatchSize);
    }
}
