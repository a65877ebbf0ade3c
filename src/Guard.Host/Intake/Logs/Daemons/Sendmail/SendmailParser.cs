using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// Sendmail 8.12 to 8.18: the daemon, the submission program and both under the names that systems give them. Messages are joined by queue id
/// (<see cref="MailQueue"/>), logins by process (<see cref="SendmailConnections"/>).
/// </summary>
internal sealed class SendmailParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "sendmail";

    private readonly SendmailConnections _connections = new(settings);
    private readonly MailQueue _queue = new(settings);

    /// <summary>sm-mta, sm-msp, sm-msp-queue, sm-acceptingconnections, sm-que …; sendmail.</summary>
    public bool Knows(ReadOnlySpan<byte> program) => program.StartsWith("sm-"u8) || program.SequenceEqual("sendmail"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (ByteText.Skip(ref text, "AUTH=server, relay="u8))
            return _connections.Login(line, text, sink);
        if (ByteText.Skip(ref text, "NOQUEUE: connect from "u8))
        {
            _connections.Begin(line.Pid, text);
            return LineResult.Nothing;
        }
        if (!TryId(ref text, out var id))
            return SendmailShapes.OfNoMessage(text) ? LineResult.Nothing : LineResult.Unknown;
        if (ByteText.Skip(ref text, "AUTH=server, relay="u8))
            return _connections.Login(line, text, sink);
        if (ByteText.Skip(ref text, "AUTH failure ("u8))
            return SendmailFailures.Parse(line, text, _connections, sink);
        if (!QueueKey.TryRead(id, out var key))
            return LineResult.Unknown;
        if (ByteText.Skip(ref text, "from="u8))
            return SendmailMessages.Parse(line, id, key, text, _connections, settings.Senders, _queue, sink);
        if (text.StartsWith("to="u8) && !text.StartsWith("to=<>"u8))
            return SendmailDeliveries.Parse(line.At, id, key, text[3..], _queue, sink);
        if (text.StartsWith("done; "u8))
            return _queue.Remove(line.At, key, sink) ? LineResult.Observed : LineResult.Nothing;
        if (SendmailFailures.TryAttack(text, out var client))
            return sink.Failure(line.At, [], client, Service.Smtp, LoginOutcome.WrongPassword) ? LineResult.Observed : LineResult.Unknown;
        return SendmailShapes.OfMessage(text) ? LineResult.Nothing : LineResult.Unknown;
    }

    /// <summary>Takes <c>7AO2BVnV031818: </c>: time, sequence and process in letters and digits; NOQUEUE is one too.</summary>
    private static bool TryId(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> id)
    {
        id = default;
        var colon = text.IndexOf(": "u8);
        if (colon is < 7 or > 32)
            return false;
        foreach (var c in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)c))
                return false;
        }
        if (colon < 12 && !text.StartsWith("NOQUEUE"u8))
            return false;
        id = text[..colon];
        text = text[(colon + 2)..];
        return true;
    }

    public void Save(BinaryWriter writer)
    {
        _connections.Save(writer);
        _queue.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        _connections.Load(reader);
        _queue.Load(reader);
    }
}
