using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Cyrus 2.x to 3.10 (imap/imapd.c, pop3d.c, httpd.c, timsieved/parser.c): <c>login: host [address] anna PLAIN+TLS User logged in SESSIONID=&lt;…&gt;</c> and
/// <c>badlogin: host [address] PLAIN (anna) [SASL(-13): authentication failure: …]</c>.
/// </summary>
/// <remarks>
/// The host's name is the client's by DNS, which allows no bracket; the user and the reason are their text. Before 3.0 no mechanism but <c>plaintext</c> has
/// the user: then it is a failure of the address alone, as where a name ends in several places.
/// </remarks>
internal sealed class CyrusParser : StatelessParser
{
    public override string Name => "cyrus";

    public override bool Knows(ReadOnlySpan<byte> program) => program.StartsWith("cyrus"u8) || ServiceOf(program) is not null;

    public static bool IsLogin(ReadOnlySpan<byte> text) => text.StartsWith("badlogin: "u8) || text.StartsWith("login: "u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink) => IsLogin(line.Message) ? Read(line, sink) : LineResult.Nothing;

    public static LineResult Read(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        var service = ServiceOf(line.Program) ?? Service.Other;
        var success = ByteText.Skip(ref text, "login: "u8);
        if (!success && !ByteText.Skip(ref text, "badlogin: "u8))
            return LineResult.Nothing;
        if (
            !ByteText.TakeUntil(ref text, "["u8, out _)
            || !ByteText.TakeUntil(ref text, "] "u8, out var host)
            || !NetworkAddress.TryParse(host, out var address)
        )
            return LineResult.Unknown;
        if (!success)
            return Failed(line.At, text, address, service, sink);
        // Cyrus accepts no name with a blank.
        if (!ByteText.TakeUntil(ref text, " "u8, out var user) || user.IsEmpty)
            return LineResult.Unknown;
        return user.SequenceEqual("anonymous"u8) ? LineResult.Nothing : Told(sink.Login(line.At, user, address, service, LoginOutcome.Succeeded));
    }

    private static LineResult Failed(DateTimeOffset at, ReadOnlySpan<byte> text, NetworkAddress address, Service service, ObservationSink sink)
    {
        if (text.StartsWith("anonymous"u8) || !ByteText.TakeUntil(ref text, " "u8, out var mechanism))
            return text.StartsWith("anonymous"u8) ? LineResult.Nothing : LineResult.Unknown;
        var user = UserOf(mechanism, text);
        return OutcomeOf(text) is { } outcome ? Told(sink.Failure(at, user, address, service, outcome)) : LineResult.Nothing;
    }

    private static ReadOnlySpan<byte> UserOf(ReadOnlySpan<byte> mechanism, ReadOnlySpan<byte> text)
    {
        if (ByteText.Skip(ref text, "("u8))
        {
            // "(anna) [SASL…", "(anna) invalid user"
            var end = text.IndexOf(") "u8);
            return end < 0 || text[(end + 2)..].IndexOf(") "u8) >= 0 || !IsReason(text[(end + 2)..], "["u8) ? default : text[..end];
        }
        // 2.x: "plaintext anna SASL(-13): …", "PLAIN anna [SASL(-13): …"
        var blank = text.IndexOf((byte)' ');
        return blank > 0 && text[0] != '[' && IsReason(text[(blank + 1)..], mechanism.SequenceEqual("plaintext"u8) ? default : "["u8) ? text[..blank] : default;
    }

    private static bool IsReason(ReadOnlySpan<byte> text, ReadOnlySpan<byte> open) =>
        text.SequenceEqual("invalid user"u8)
        || text.SequenceEqual("wrong password"u8)
        || (ByteText.Skip(ref text, open) && text.StartsWith("SASL(-"u8) && text[6..].IndexOf("SASL(-"u8) < 0);

    /// <summary>By SASL's number, of which the last is the server's: those in front of it may be the client's. Null for what is no attempt.</summary>
    private static LoginOutcome? OutcomeOf(ReadOnlySpan<byte> text)
    {
        if (text.EndsWith("invalid user"u8))
            return LoginOutcome.UnknownUser;
        var mark = text.LastIndexOf("SASL(-"u8);
        if (mark < 0)
            return LoginOutcome.WrongPassword;
        var rest = text[(mark + 6)..];
        ByteText.TakeNumber(ref rest, out var number);
        return number switch
        {
            20 => LoginOutcome.UnknownUser,
            13 => rest.StartsWith("): user not found"u8) ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword,
            14 or 18 or 19 => LoginOutcome.Refused,
            1 or 2 or 24 => LoginOutcome.ServerTrouble,
            4 or 5 => null,
            _ => LoginOutcome.WrongPassword,
        };
    }

    private static Service? ServiceOf(ReadOnlySpan<byte> program)
    {
        if (program.StartsWith("cyrus/"u8))
            program = program[6..];
        if (program.SequenceEqual("imap"u8) || program.SequenceEqual("imaps"u8) || program.SequenceEqual("imapd"u8))
            return Service.Imap;
        if (program.SequenceEqual("pop3"u8) || program.SequenceEqual("pop3s"u8) || program.SequenceEqual("pop3d"u8))
            return Service.Pop3;
        if (program.SequenceEqual("sieve"u8) || program.SequenceEqual("timsieved"u8) || program.SequenceEqual("sieved"u8))
            return Service.Sieve;
        return program.SequenceEqual("http"u8) || program.SequenceEqual("https"u8) || program.SequenceEqual("httpd"u8) ? Service.Web : null;
    }
}
