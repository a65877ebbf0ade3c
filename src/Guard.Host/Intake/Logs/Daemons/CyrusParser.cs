using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Cyrus IMAP: <c>login: host [address] user PLAIN+TLS User logged in</c> and <c>badlogin: host [address] PLAIN (user) [SASL(-13): …]</c>.
/// </summary>
internal sealed class CyrusParser : StatelessParser
{
    public override string Name => "cyrus";

    public override bool Knows(ReadOnlySpan<byte> program)
    {
        ReadOnlySpan<byte> name = program.StartsWith("cyrus/"u8) ? program[6..] : program;
        return name.SequenceEqual("imap"u8) || name.SequenceEqual("imaps"u8) || name.SequenceEqual("pop3"u8) || name.SequenceEqual("pop3s"u8)
            || name.SequenceEqual("sieve"u8) || name.SequenceEqual("timsieved"u8);
    }

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        var success = ByteText.Skip(ref text, "login: "u8);
        if (!success && !ByteText.Skip(ref text, "badlogin: "u8))
            return LineResult.Nothing;
        var open = text.IndexOf((byte)'[');
        var close = text.IndexOf("] "u8);
        if (open < 0 || close < open || !NetworkAddress.TryParse(text[(open + 1)..close], out var address))
            return LineResult.Unknown;
        var rest = text[(close + 2)..];
        ReadOnlySpan<byte> user;
        if (success)
        {
            var end = rest.IndexOf((byte)' ');
            if (end < 0)
                return LineResult.Unknown;
            user = rest[..end];
        }
        else
        {
            // Older versions write the mechanism and the name bare, newer ones the name in parentheses; some write none.
            var blank = rest.IndexOf((byte)' ');
            if (blank < 0)
                return LineResult.Nothing;
            rest = rest[(blank + 1)..];
            if (rest.Length == 0 || rest[0] == '[')
                return LineResult.Nothing;
            var end = rest[0] == '(' ? rest.IndexOf((byte)')') : rest.IndexOf((byte)' ');
            user = end < 0 ? rest : rest[..end];
            user = user.TrimStart((byte)'(');
        }
        ReadOnlySpan<byte> name = line.Program.StartsWith("cyrus/"u8) ? line.Program[6..] : line.Program;
        var service = name.StartsWith("pop3"u8) ? Service.Pop3 : name.IndexOf("sieve"u8) >= 0 ? Service.Sieve : Service.Imap;
        return Told(sink.Login(line.At, user, address, service, success ? LoginOutcome.Succeeded : LoginOutcome.WrongPassword));
    }
}
