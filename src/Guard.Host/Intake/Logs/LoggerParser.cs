namespace Guard.Host.Intake.Logs;

/// <summary>
/// What rsyslog, journald and syslog-ng say of themselves: messages that they dropped are missing from the log, and the guard is blind for them. <c>imuxsock
/// lost 77 messages from pid 1 due to rate-limiting</c>, <c>imjournal: 77 messages lost due to rate-limiting</c>, <c>Suppressed 77 messages from
/// postfix.service</c>, <c>Missed 77 kernel messages</c>.
/// </summary>
internal sealed class LoggerParser : IDaemonParser
{
    public string Name => "syslog";

    /// <summary>Messages dropped so far; where no number is told, one.</summary>
    public long Lost { get; private set; }

    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("rsyslogd"u8)
        || program.SequenceEqual("systemd-journald"u8)
        || program.SequenceEqual("journal"u8)
        || program.SequenceEqual("systemd-journal"u8)
        || program.SequenceEqual("syslog-ng"u8)
        || program.StartsWith("rsyslogd-"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (ByteText.Skip(ref text, "Suppressed "u8) || ByteText.Skip(ref text, "Missed "u8))
        {
            Lost += ByteText.TakeNumber(ref text, out var suppressed) ? suppressed : 0;
            return LineResult.Nothing;
        }
        // "imuxsock lost 77 messages from pid 1 due to rate-limiting", "imjournal: 77 messages lost due to rate-limiting"
        ByteText.Skip(ref text, "imuxsock"u8);
        if (text.IndexOf("due to rate-limiting"u8) < 0)
            return LineResult.Nothing;
        // "begin to drop messages" tells that it has begun, the number follows.
        Lost += text.IndexOf(" messages lost "u8) >= 0 ? ByteText.NumberAfter(text, ": "u8, 1) : ByteText.NumberAfter(text, " lost "u8, 1);
        return LineResult.Nothing;
    }

    public void Save(BinaryWriter writer) => writer.Write(Lost);

    public void Load(BinaryReader reader) => Lost = reader.ReadInt64();
}
