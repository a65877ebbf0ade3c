namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// Exim 4.80 to 4.98, in its main log and in syslog, with any log_selector. A line is a message's when an id stands in front: 16 characters, since 4.97 23.
/// </summary>
internal sealed class EximParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "exim";

    private readonly EximQueue _queue = new(settings);
    private readonly EximTwice _twice = new();

    /// <summary>The log does not tell recipients on arrival: they are counted as they are delivered.</summary>
    public bool CountsFromDeliveries => _queue.CountsFromDeliveries;

    public bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("exim"u8) || program.SequenceEqual("exim4"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        SkipStamp(ref text);
        // With log_selector = +pid.
        if (text.Length > 2 && text[0] == '[' && char.IsAsciiDigit((char)text[1]) && text.IndexOf("] "u8) is var close && close is > 1 and < 12)
            text = text[(close + 2)..];
        if (!TryId(ref text, out var id))
        {
            if (EximFailures.Is(text))
                return _twice.IsSecond(line, text) ? LineResult.Nothing : EximFailures.Parse(line.At, text, sink);
            if (text.StartsWith("no MAIL in "u8))
                return EximSessions.Parse(line.At, text, sink);
            return EximShapes.OfNoMessage(text) ? LineResult.Nothing : LineResult.Unknown;
        }
        // What fakereject refuses in words is taken all the same.
        if (ByteText.Skip(ref text, "<= "u8) || ByteText.Skip(ref text, "(= "u8))
            return EximArrivals.Parse(line.At, id, text, _queue, sink);
        if (!QueueKey.TryRead(id, out var key))
            return LineResult.Unknown;
        if (text.StartsWith("Completed"u8))
            return _queue.Completed(line.At, key, sink) ? LineResult.Observed : LineResult.Nothing;
        if (text.Length > 3 && text[2] == ' ' && IsSign(text[..2]))
            return EximDeliveries.Parse(line.At, id, key, text[..2], text[3..], _queue, sink);
        return EximFailures.Is(text) ? EximFailures.Parse(line.At, text, sink)
            : EximShapes.OfMessage(text) ? LineResult.Nothing
            : LineResult.Unknown;
    }

    private static bool IsSign(ReadOnlySpan<byte> sign) =>
        sign.SequenceEqual("=>"u8) || sign.SequenceEqual("->"u8) || sign.SequenceEqual(">>"u8) || sign.SequenceEqual("**"u8) || sign.SequenceEqual("=="u8);

    /// <summary>With syslog_timestamp, which is usual, Exim's own stamp stands in a line of syslog too: <c>2026-03-05 10:11:12.123 +0100 </c>.</summary>
    private static void SkipStamp(scoped ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':' || !char.IsAsciiDigit((char)text[0]))
            return;
        var rest = text[19..];
        if (rest[0] == '.')
        {
            rest = rest[1..];
            ByteText.TakeNumber(ref rest, out _);
        }
        if (rest.Length > 6 && rest[0] == ' ' && rest[1] is (byte)'+' or (byte)'-' && rest[6] == ' ' && char.IsAsciiDigit((char)rest[2]))
            rest = rest[6..];
        if (ByteText.Skip(ref rest, " "u8))
            text = rest;
    }

    /// <summary>Takes <c>1uVabc-000001-AB </c> or <c>1uVabc-00000000001-ABCD </c>.</summary>
    private static bool TryId(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> id)
    {
        id = default;
        var length = text.IndexOf((byte)' ');
        if (length is not (16 or 23) || text[6] != '-' || text[length == 16 ? 13 : 18] != '-')
            return false;
        for (var i = 0; i < length; i++)
        {
            if (!char.IsAsciiLetterOrDigit((char)text[i]) && text[i] != '-')
                return false;
        }
        id = text[..length];
        text = text[(length + 1)..];
        return true;
    }

    public void Save(BinaryWriter writer) => _queue.Save(writer);

    public void Load(BinaryReader reader) => _queue.Load(reader);
}
