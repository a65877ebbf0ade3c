using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Exim: <c>id &lt;= sender H=host (helo) [address] P=esmtpsa A=login:user S=1234 … for a@b c@d</c>; deliveries and bounces by message id.
/// Every accepted message with an authenticator is also a login, since Exim logs none by itself.
/// </summary>
internal sealed class EximParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "exim";

    private readonly JoinTable<string, string> _messages = new(settings.MostJoins);

    public bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("exim"u8) || program.SequenceEqual("exim4"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (text.Length > 0 && text[0] == '[' && !ByteText.TakeUntil(ref text, "] "u8, out _))
            return LineResult.Nothing;
        if (text.IndexOf(" authenticator failed for "u8) > 0)
            return ParseFailure(line, text, sink);
        if (!ByteText.TakeUntil(ref text, " "u8, out var id) || id.Length is not (16 or 23))
            return LineResult.Nothing;
        if (text.StartsWith("<= "u8))
            return ParseMessage(line, id, text, sink);
        if (text.SequenceEqual("Completed"u8))
        {
            _messages.Remove(Encoding.ASCII.GetString(id));
            return LineResult.Nothing;
        }
        var delivered = text.StartsWith("=> "u8) || text.StartsWith("-> "u8);
        if ((!delivered && !text.StartsWith("** "u8)) || !_messages.TryGet(Encoding.ASCII.GetString(id), out var user))
            return LineResult.Nothing;
        var outcome = delivered ? DeliveryOutcome.Delivered
            : UnknownRecipients.Says(UnknownRecipients.CodeIn(text), text) ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Bounced;
        return sink.Delivery(line.At, Encoding.UTF8.GetBytes(user), outcome, 1) ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult ParseMessage(in LogLine line, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        // HELO stands in parentheses without blanks or brackets, so that the first " [" behind H= is the server's; the fields behind it are Exim's own.
        var host = text.IndexOf(" H="u8);
        if (host < 0)
            return LineResult.Nothing;
        var fields = text[host..];
        var open = fields.IndexOf(" ["u8);
        var bracket = fields[3..].IndexOf((byte)'[');
        if (open < 0 || bracket < 0)
            return LineResult.Nothing;
        var inside = fields[(open + 2)..];
        var close = inside.IndexOf((byte)']');
        if (close < 0)
            return LineResult.Unknown;
        var after = inside[(close + 1)..];
        var auth = after.IndexOf(" A="u8);
        if (auth < 0)
            return LineResult.Nothing;
        var driver = after[(auth + 3)..];
        var end = driver.IndexOf((byte)' ');
        var value = end < 0 ? driver : driver[..end];
        var colon = value.IndexOf((byte)':');
        if (colon < 0)
            return LineResult.Nothing;
        if (!NetworkAddress.TryParse(inside[..close], out var address))
            return LineResult.Unknown;
        var user = value[(colon + 1)..];
        // A second id (A=driver:id:sender) is the sender given with MAIL AUTH=.
        var second = user.IndexOf((byte)':');
        if (second > 0)
            user = user[..second];
        var recipients = 1;
        var names = after.LastIndexOf(" for "u8);
        if (names >= 0)
            recipients = after[(names + 5)..].Count((byte)' ') + 1;
        _messages.Set(Encoding.ASCII.GetString(id), Encoding.UTF8.GetString(user));
        if (!sink.Login(line.At, user, address, Service.Smtp, LoginOutcome.Succeeded))
            return LineResult.Unknown;
        sink.Submission(line.At, user, address, recipients, ByteText.NumberAfter(after, " S="u8, 0), id);
        return LineResult.Observed;
    }

    /// <summary><c>login authenticator failed for host (helo) [address]: 535 Incorrect authentication data (set_id=user)</c></summary>
    private static LineResult ParseFailure(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var mark = text.LastIndexOf("]: 535 "u8);
        var user = text.LastIndexOf(" (set_id="u8);
        if (mark < 0 || user < mark || !text.EndsWith(")"u8))
            return LineResult.Nothing;
        var open = text[..mark].LastIndexOf((byte)'[');
        // The set_id is the client's text: the first "]: 535" is the server's.
        mark = text.IndexOf("]: 535 "u8);
        open = text[..mark].LastIndexOf((byte)'[');
        user = text.IndexOf(" (set_id="u8);
        if (open < 0 || user < mark || !NetworkAddress.TryParse(text[(open + 1)..mark], out var address))
            return LineResult.Unknown;
        return sink.Login(line.At, text[(user + 9)..^1], address, Service.Smtp, LoginOutcome.WrongPassword) ? LineResult.Observed : LineResult.Unknown;
    }

    public void Save(BinaryWriter writer)
    {
        var messages = _messages.InOrder.ToArray();
        writer.Write(messages.Length);
        foreach (var (id, user) in messages)
        {
            writer.Write(id);
            writer.Write(user);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
            _messages.Set(reader.ReadString(), reader.ReadString());
    }
}
