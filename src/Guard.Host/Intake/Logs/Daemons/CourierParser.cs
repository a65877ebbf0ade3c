using System.Buffers;
using System.Buffers.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Courier: <c>LOGIN, user=anna, ip=[::ffff:192.0.2.1], port=[1], protocol=IMAP</c> and <c>LOGIN FAILED, user=anna, ip=[…]</c> (imap/imaplogin.c, pop3login.c,
/// sqwebmail), of its mail server <c>error,relay=…,msg="535 Authentication failed.",cmd: AUTH LOGIN anna</c> (courieresmtpd.c).
/// </summary>
/// <remarks>The user is the client's text up to the address, behind which only the server writes; in the mail server's line it ends the line.</remarks>
internal sealed class CourierParser : StatelessParser
{
    public override string Name => "courier";

    public override bool Knows(ReadOnlySpan<byte> program) => ServiceOf(program) is not null;

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        // "imapd" is Cyrus's name too.
        if (CyrusParser.IsLogin(text))
            return CyrusParser.Read(line, sink);
        if (ServiceOf(line.Program) is not { } service)
            return LineResult.Foreign;
        // And so it is the University of Washington's, whose lines have their fields without commas.
        if (UwMail.Is(text))
            return UwMail.Read(line, service, sink);
        if (service == Service.Smtp)
            return ParseMail(line, text, sink);
        // Some versions write the severity first.
        _ = ByteText.Skip(ref text, "INFO: "u8) || ByteText.Skip(ref text, "ERR: "u8);
        if (ByteText.Skip(ref text, "LOGIN, user="u8))
            return TakeAddress(text, out var name, out var from) ? Told(sink.Login(line.At, name, from, service, LoginOutcome.Succeeded)) : LineResult.Unknown;
        if (!ByteText.Skip(ref text, "LOGIN FAILED, "u8))
            return IsOrdinary(text) ? LineResult.Nothing : LineResult.Unknown;
        // A SASL method's failure has the method instead of the user.
        ReadOnlySpan<byte> method = default;
        if (ByteText.Skip(ref text, "method="u8) && ByteText.TakeUntil(ref text, ", "u8, out method) && method.IndexOf((byte)' ') >= 0)
            return LineResult.Unknown;
        if (ByteText.Skip(ref text, "user="u8))
            return TakeAddress(text, out var user, out var address)
                ? Told(sink.Failure(line.At, user, address, service, LoginOutcome.WrongPassword))
                : LineResult.Unknown;
        return TakePeer(text, out var peer) ? Told(sink.Failure(line.At, default, peer, service, LoginOutcome.WrongPassword)) : LineResult.Unknown;
    }

    private static bool TakeAddress(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out NetworkAddress address)
    {
        user = default;
        address = default;
        var mark = text.LastIndexOf(", ip=["u8);
        if (mark < 0)
            return false;
        user = text[..mark];
        return TakePeer(text[(mark + 2)..], out address);
    }

    private static bool TakePeer(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        return ByteText.Skip(ref text, "ip=["u8)
            && ByteText.TakeUntil(ref text, "]"u8, out var host)
            && NetworkAddress.TryParse(host, out address)
            && (text.IsEmpty || text.StartsWith(", "u8));
    }

    /// <summary><c>error,relay=::ffff:192.0.2.1,port=43,msg="535 Authentication failed.",cmd: AUTH LOGIN anna</c></summary>
    private static LineResult ParseMail(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ByteText.Skip(ref text, "error,relay="u8) || !ByteText.TakeUntil(ref text, ","u8, out var host))
            return LineResult.Nothing;
        if (ByteText.Skip(ref text, "ident="u8) && !ByteText.TakeUntil(ref text, ","u8, out _))
            return LineResult.Unknown;
        if (ByteText.Skip(ref text, "port="u8) && (!ByteText.TakeNumber(ref text, out _) || !ByteText.Skip(ref text, ","u8)))
            return LineResult.Unknown;
        // The client's own commands come behind the server's answer.
        if (!ByteText.Skip(ref text, "msg=\"535 Authentication "u8) || !ByteText.TakeUntil(ref text, "\",cmd:"u8, out var answer))
            return LineResult.Nothing;
        if (!NetworkAddress.TryParse(host, out var address))
            return LineResult.Unknown;
        text = text.TrimStart((byte)' ');
        ReadOnlySpan<byte> user = default;
        // An initial response may stand between (RFC 4954), or the name begin like one: then it is the address's failure alone.
        if (ByteText.Skip(ref text, "AUTH "u8) && ByteText.TakeUntil(ref text, " "u8, out _) && text.IndexOf((byte)' ') < 0 && !IsResponse(text))
            user = text;
        return answer.StartsWith("required"u8)
            ? LineResult.Nothing
            : Told(sink.Failure(line.At, user, address, Service.Smtp, answer.StartsWith("rejected"u8) ? LoginOutcome.Refused : LoginOutcome.WrongPassword));
    }

    /// <summary>Base64 that ends as only base64 does, or that holds the nulls of PLAIN: a client's response, with the password in it, and no name.</summary>
    private static bool IsResponse(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 4 or > 512 || !Base64.IsValid(text))
            return false;
        Span<byte> decoded = stackalloc byte[384];
        return text[^1] == '='
            || (Base64.DecodeFromUtf8(text, decoded, out _, out var written) == OperationStatus.Done && decoded[..written].IndexOf((byte)0) >= 0);
    }

    private static bool IsOrdinary(ReadOnlySpan<byte> text) =>
        text.StartsWith("LOGOUT"u8)
        || text.StartsWith("DISCONNECTED"u8)
        || text.StartsWith("TIMEOUT"u8)
        || text.StartsWith("Connection"u8)
        || text.StartsWith("LOGIN: "u8)
        || text.StartsWith("Disconnected"u8)
        || text.StartsWith("Maximum connection limit"u8)
        || text.StartsWith("courier"u8)
        || text.StartsWith("Failed to "u8)
        || text.StartsWith("chdir"u8)
        || text.StartsWith("authdaemon"u8)
        || text.StartsWith("pam_"u8)
        || text.StartsWith("starttls: "u8)
        || text.StartsWith("Unexpected "u8)
        || text.StartsWith("error "u8)
        || text.StartsWith("authentication error: "u8)
        || text.StartsWith("couriertls: "u8)
        || text.StartsWith("ip=["u8)
        || text.StartsWith("Error"u8)
        || text.StartsWith("Filesystem "u8);

    private static Service? ServiceOf(ReadOnlySpan<byte> program)
    {
        if (program.StartsWith("courier-"u8))
            program = program[8..];
        else if (program.StartsWith("courier"u8))
            program = program[7..];
        if (
            program.SequenceEqual("imapd"u8)
            || program.SequenceEqual("imapd-ssl"u8)
            || program.SequenceEqual("imaplogin"u8)
            || program.SequenceEqual("imaps"u8)
            || program.SequenceEqual("imapds"u8)
            || program.SequenceEqual("imap"u8)
        )
        {
            return Service.Imap;
        }
        if (
            program.SequenceEqual("pop3d"u8)
            || program.SequenceEqual("pop3d-ssl"u8)
            || program.SequenceEqual("pop3login"u8)
            || program.SequenceEqual("pop3s"u8)
            || program.SequenceEqual("pop3ds"u8)
            || program.SequenceEqual("pop3"u8)
            || program.SequenceEqual("ipop3d"u8)
        )
        {
            return Service.Pop3;
        }
        if (program.SequenceEqual("sqwebmaild"u8) || program.SequenceEqual("sqwebmail"u8) || program.SequenceEqual("sqwebd"u8))
            return Service.Web;
        return program.SequenceEqual("esmtpd"u8) || program.SequenceEqual("esmtpd-ssl"u8) || program.SequenceEqual("esmtpd-msa"u8) ? Service.Smtp : null;
    }
}
