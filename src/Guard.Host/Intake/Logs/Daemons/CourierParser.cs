using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Courier: <c>LOGIN, user=name, ip=[::ffff:192.0.2.1], port=[1], protocol=IMAP</c> and <c>LOGIN FAILED, user=name, ip=[…]</c>.</summary>
internal sealed class CourierParser : StatelessParser
{
    public override string Name => "courier";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("imapd"u8) || program.SequenceEqual("imapd-ssl"u8) || program.SequenceEqual("pop3d"u8) || program.SequenceEqual("pop3d-ssl"u8)
        || program.SequenceEqual("courierpop3login"u8) || program.SequenceEqual("imaplogin"u8) || program.SequenceEqual("courieresmtpd"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (line.Program.SequenceEqual("courieresmtpd"u8))
            return ParseMail(line, text, sink);
        // Some versions write the severity first.
        _ = ByteText.Skip(ref text, "INFO: "u8) || ByteText.Skip(ref text, "ERR: "u8);
        LoginOutcome outcome;
        if (ByteText.Skip(ref text, "LOGIN, user="u8))
            outcome = LoginOutcome.Succeeded;
        else if (ByteText.Skip(ref text, "LOGIN FAILED, user="u8) || SkipMethod(ref text))
            outcome = LoginOutcome.WrongPassword;
        else
            return LineResult.Nothing;
        var mark = text.LastIndexOf(", ip=["u8);
        if (mark < 0)
            return LineResult.Unknown;
        var rest = text[(mark + 6)..];
        var end = rest.IndexOf((byte)']');
        if (end < 0 || !NetworkAddress.TryParse(rest[..end], out var address))
            return LineResult.Unknown;
        var service = line.Program.IndexOf("pop3"u8) >= 0 ? Service.Pop3 : Service.Imap;
        return Told(sink.Login(line.At, text[..mark], address, service, outcome));
    }

    private static bool SkipMethod(ref ReadOnlySpan<byte> text)
    {
        // "LOGIN FAILED, method=PLAIN, user=…"
        if (!text.StartsWith("LOGIN FAILED, method="u8))
            return false;
        var user = text.IndexOf(", user="u8);
        if (user < 0)
            return false;
        text = text[(user + 7)..];
        return true;
    }

    /// <summary><c>error,relay=::ffff:192.0.2.1,msg="535 Authentication failed.",cmd: AUTH LOGIN name</c></summary>
    private static LineResult ParseMail(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!text.StartsWith("error,relay="u8) || text.IndexOf("535 Authentication failed"u8) < 0)
            return LineResult.Nothing;
        var rest = text[12..];
        var comma = rest.IndexOf((byte)',');
        var command = rest.LastIndexOf("cmd: AUTH "u8);
        if (comma < 0 || command < 0)
            return LineResult.Nothing;
        var words = rest[(command + 10)..];
        var blank = words.IndexOf((byte)' ');
        if (blank < 0)
            return LineResult.Nothing;
        if (!NetworkAddress.TryParse(rest[..comma], out var address))
            return LineResult.Unknown;
        return Told(sink.Login(line.At, words[(blank + 1)..], address, Service.Smtp, LoginOutcome.WrongPassword));
    }
}
