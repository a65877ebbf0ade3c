using Guard.Host.Intake.Logs;

namespace Guard.Host.Intake;

/// <summary>What one log yielded since the start. Written by its reader, read from anywhere.</summary>
internal sealed class LogCounts
{
    private long _lines;
    private long _ignored;
    private long _unparsed;
    private long _offset;
    private long _behindSince;

    public long Unparsed => Interlocked.Read(ref _unparsed);

    public void Add(LineResult result)
    {
        Interlocked.Increment(ref _lines);
        if (result == LineResult.Unknown)
            Interlocked.Increment(ref _unparsed);
        else if (result is LineResult.Nothing or LineResult.Foreign)
            Interlocked.Increment(ref _ignored);
    }

    /// <summary>There is something to read or to journal.</summary>
    public void Begin() => Interlocked.CompareExchange(ref _behindSince, DateTimeOffset.UtcNow.UtcTicks, 0);

    /// <summary>Everything there is, is in the journal.</summary>
    public void CaughtUp() => Interlocked.Exchange(ref _behindSince, 0);

    public void ReadTo(long offset) => Interlocked.Exchange(ref _offset, offset);

    /// <summary>Of a log in rotation only the file that has the name now counts as not read.</summary>
    public IntakeReading Reading(string path, DateTimeOffset? journaledTo, UnjudgedMail unjudged)
    {
        var file = new FileInfo(path);
        var since = Interlocked.Read(ref _behindSince);
        var from = since == 0 ? DateTimeOffset.MaxValue : journaledTo ?? new DateTimeOffset(since, TimeSpan.Zero);
        var now = DateTimeOffset.UtcNow;
        return new IntakeReading(
            path,
            "log",
            Interlocked.Read(ref _lines),
            Interlocked.Read(ref _ignored),
            Unparsed,
            file.Exists ? Math.Max(0, file.Length - Interlocked.Read(ref _offset)) : 0,
            journaledTo,
            now > from ? now - from : TimeSpan.Zero
        )
        {
            Unjudged = unjudged.Total,
            UnjudgedFrom = unjudged.Words(IntakeReading.ShownHosts),
        };
    }
}
