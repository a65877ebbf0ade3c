namespace Guard.Host.Intake.Logs;

/// <summary>A line taken apart: when, which program, and what it said.</summary>
public readonly ref struct LogLine(DateTimeOffset at, ReadOnlySpan<byte> program, int pid, ReadOnlySpan<byte> message)
{
    public DateTimeOffset At { get; } = at;

    /// <summary>The syslog tag without the process id; empty for files of a single daemon.</summary>
    public ReadOnlySpan<byte> Program { get; } = program;

    /// <summary>Process id, or 0.</summary>
    public int Pid { get; } = pid;

    public ReadOnlySpan<byte> Message { get; } = message;
}
