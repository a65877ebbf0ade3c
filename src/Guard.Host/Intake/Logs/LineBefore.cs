namespace Guard.Host.Intake.Logs;

/// <summary>
/// The last line, where it told of something: old syslogds and rsyslog's <c>$RepeatedMsgReduction</c> write <c>last message repeated 4 times</c> instead of it.
/// Lines that told of nothing are not kept, since nothing comes of their repetition.
/// </summary>
internal sealed class LineBefore
{
    private byte[] _bytes = [];
    private int _program;
    private int _length;
    private int _pid;

    /// <summary>The line before, at the time and as often as this one says; the same line where nothing is known of it.</summary>
    public LogLine Again(LogLine line) =>
        _length == 0 ? line : new LogLine(line.At, _bytes.AsSpan(0, _program), _pid, _bytes.AsSpan(_program, _length - _program), line.Repeats);

    public void Keep(in LogLine line, LineResult result)
    {
        if (result != LineResult.Observed)
        {
            _length = 0;
            return;
        }
        var length = line.Program.Length + line.Message.Length;
        // It may be the line that is kept already.
        if (line.Program.Overlaps(_bytes))
            return;
        if (_bytes.Length < length)
            _bytes = new byte[length * 2];
        line.Program.CopyTo(_bytes);
        line.Message.CopyTo(_bytes.AsSpan(line.Program.Length));
        (_program, _length, _pid) = (line.Program.Length, length, line.Pid);
    }

    /// <summary>A line came that nothing is known of.</summary>
    public void Forget() => _length = 0;

    public void Save(BinaryWriter writer)
    {
        writer.Write(_length);
        writer.Write(Math.Min(_program, _length));
        writer.Write(_pid);
        writer.Write(_bytes, 0, _length);
    }

    public void Load(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        (_program, _pid) = (reader.ReadInt32(), reader.ReadInt32());
        _bytes = reader.ReadBytes(length);
        if (_bytes.Length < length || _program > length || _program < 0)
            throw new IOException("the line before is cut");
        _length = length;
    }
}
