namespace Guard.Host.Intake.Logs;

/// <summary>A line taken apart: when, which program, and what it said.</summary>
/// <remarks>
/// Files of a single daemon have no tag; their lines come as the programs <c>exim</c> (the message begins behind stamp and zone), <c>dovecot-own</c>
/// (<c>imap-login: Info: …</c>),
/// <c>vsftpd-own</c> (<c>[pid 1] …</c>), <c>proftpd</c> (SystemLog, as by syslog), <c>proftpd-auth</c> (an ExtendedLog: behind the stamp where it stands first,
/// else the whole line),
/// <c>sogod</c>, <c>roundcube</c>, <c>zimbra</c> (from the level on) and <c>nextcloud</c> (the whole JSON object).
/// </remarks>
public readonly ref struct LogLine(DateTimeOffset at, ReadOnlySpan<byte> program, int pid, ReadOnlySpan<byte> message, int repeats = 1)
{
    /// <summary>Stands where syslogd says that the line before was repeated.</summary>
    public static ReadOnlySpan<byte> RepeatedProgram => "(repeated)"u8;

    public DateTimeOffset At { get; } = at;

    /// <summary>The syslog tag without the process id.</summary>
    public ReadOnlySpan<byte> Program { get; } = program;

    /// <summary>Process id, or 0.</summary>
    public int Pid { get; } = pid;

    public ReadOnlySpan<byte> Message { get; } = message;

    /// <summary>How often the line stands for itself: rsyslog's <c>message repeated 4 times: [ … ]</c>. At least 1.</summary>
    public int Repeats { get; } = repeats;
}
