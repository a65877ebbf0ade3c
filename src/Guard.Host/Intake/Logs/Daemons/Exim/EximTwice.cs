namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// Recognises what Exim writes to syslog twice: with syslog_duplication, which is usual, a line of both its main and its reject log comes once for each,
/// one right behind the other.
/// </summary>
internal sealed class EximTwice
{
    private ulong _text;
    private int _process;
    private DateTimeOffset _at;

    /// <summary>The second of a pair; a third one is a first again. Files of Exim's own have no process and no pairs.</summary>
    public bool IsSecond(in LogLine line, ReadOnlySpan<byte> text)
    {
        if (line.Pid == 0)
            return false;
        var hash = Hash(text);
        var second = hash == _text && line.Pid == _process && (line.At - _at).Duration() <= TimeSpan.FromSeconds(1);
        (_text, _process, _at) = (second ? 0 : hash, line.Pid, line.At);
        return second;
    }

    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return hash | 1;
    }
}
