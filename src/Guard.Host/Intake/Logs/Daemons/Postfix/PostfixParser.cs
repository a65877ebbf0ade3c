using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// Postfix 2.10 to 3.10. Which program wrote a line says which shapes it may have; a message's lines are joined by its queue id (<see cref="MailQueue"/>).
/// </summary>
internal sealed class PostfixParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "postfix";

    private readonly MailQueue _queue = new(settings);
    private readonly PostfixClients _clients = new(settings);

    public bool Knows(ReadOnlySpan<byte> program) => PostfixProcesses.Of(program) != PostfixProcess.None;

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var process = PostfixProcesses.Of(line.Program);
        var result = Parse(line, process, sink);
        // postfix-out may be an instance whose tag was cut, or another program that goes by such a name.
        return result == LineResult.Unknown && process == PostfixProcess.Untold && !line.Program.SequenceEqual("postfix"u8) ? LineResult.Foreign : result;
    }

    private LineResult Parse(in LogLine line, PostfixProcess process, ObservationSink sink)
    {
        if (process == PostfixProcess.Other)
            return LineResult.Nothing;
        var text = line.Message;
        if (text.StartsWith("warning: "u8))
            return process is PostfixProcess.Server or PostfixProcess.Untold ? PostfixFailures.Parse(line.At, text[9..], sink) : LineResult.Nothing;
        var asked = TryQueueId(ref text, out var id);
        if (process is PostfixProcess.Server or PostfixProcess.Untold)
        {
            if (asked && ByteText.Skip(ref text, "client="u8))
                return _clients.Parse(line, id, text, _queue, sink);
            if (asked && ByteText.Skip(ref text, "reject: RCPT from "u8))
                return PostfixRefusals.Parse(line.At, id, text, _queue, sink);
            if (ByteText.Skip(ref text, "proxy-accept: END-OF-MESSAGE"u8))
                return _clients.Accept(line, text, _queue, sink);
        }
        if (!asked)
            return ParseUnqueued(line, process);
        if (!QueueKey.TryRead(id, out var key))
            return LineResult.Unknown;
        if (process is PostfixProcess.Queue or PostfixProcess.Untold)
        {
            if (text.SequenceEqual("removed"u8))
                return _queue.Remove(line.At, key, sink) ? LineResult.Observed : LineResult.Nothing;
            if (text.StartsWith("from=<"u8))
                return PostfixQueue.Parse(line.At, key, text, _queue, sink);
        }
        if (process is PostfixProcess.Delivery or PostfixProcess.Queue or PostfixProcess.Untold && text.StartsWith("to=<"u8))
            return PostfixDeliveries.Parse(line.At, id, key, text, _queue, sink);
        if (process is PostfixProcess.Pickup or PostfixProcess.Untold && ByteText.Skip(ref text, "uid="u8))
            return PostfixPickup.Parse(id, key, text, settings.Senders, _queue, sink);
        return PostfixShapes.OfMessage(text, process) ? LineResult.Nothing : LineResult.Unknown;
    }

    private LineResult ParseUnqueued(in LogLine line, PostfixProcess process)
    {
        var text = line.Message;
        if (text.StartsWith("connect from "u8) || text.StartsWith("disconnect from "u8))
        {
            _clients.End(line.Pid);
            return LineResult.Nothing;
        }
        return PostfixShapes.OfNoMessage(text, process) ? LineResult.Nothing : LineResult.Unknown;
    }

    /// <summary>Takes <c>id: </c>, where the id is of letters and digits alone: NOQUEUE is one too.</summary>
    private static bool TryQueueId(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> id)
    {
        id = default;
        var colon = text.IndexOf(": "u8);
        if (colon is < 5 or > 64)
            return false;
        foreach (var c in text[..colon])
        {
            // Ids have no lower case but long ones, which begin with digits or capitals; "fatal: " is none.
            if (!char.IsAsciiLetterOrDigit((char)c))
                return false;
        }
        if (PostfixShapes.IsSeverity(text[..colon]))
            return false;
        id = text[..colon];
        text = text[(colon + 2)..];
        return true;
    }

    public void Save(BinaryWriter writer)
    {
        _queue.Save(writer);
        _clients.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        _queue.Load(reader);
        _clients.Load(reader);
    }
}
