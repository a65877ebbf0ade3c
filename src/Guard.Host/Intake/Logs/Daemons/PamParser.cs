using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// PAM's failures, and saslauthd's, for programs that have no parser of their own here or tell too little in syslog (vsftpd). For sshd, ProFTPD and
/// Dovecot the daemon's own line counts and PAM's is the same attempt again.
/// </summary>
internal sealed class PamParser : StatelessParser
{
    public override string Name => "pam";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("vsftpd"u8) || program.SequenceEqual("saslauthd"u8) || program.SequenceEqual("login"u8) || program.SequenceEqual("pure-ftpd-pam"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        var service = line.Program.SequenceEqual("saslauthd"u8) ? Service.Smtp : line.Program.SequenceEqual("vsftpd"u8) ? Service.Ftp : Service.Other;
        if (text.StartsWith("do_auth"u8))
            return ParseSasl(line, text, sink);
        if (!text.StartsWith("pam_"u8))
            return LineResult.Nothing;
        var mark = text.IndexOf(": authentication failure; "u8);
        if (mark < 0)
            return LineResult.Nothing;
        // rhost= and user= are the client's words; PAM writes user last, and a name with a blank in it is none of ours.
        var fields = text[(mark + 26)..];
        var user = fields.LastIndexOf(" user="u8);
        if (user < 0)
            return LineResult.Nothing;
        var host = fields[..user].LastIndexOf(" rhost="u8);
        NetworkAddress address = default;
        if (host >= 0)
            NetworkAddress.TryParse(fields[(host + 7)..user].Trim((byte)' '), out address);
        return Told(sink.Login(line.At, fields[(user + 6)..], address, service, LoginOutcome.WrongPassword));
    }

    /// <summary><c>do_auth         : auth failure: [user=x] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]</c>: no address is known.</summary>
    private static LineResult ParseSasl(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var mark = text.IndexOf(": auth failure: [user="u8);
        if (mark < 0)
            return LineResult.Nothing;
        var rest = text[(mark + 22)..];
        var end = rest.LastIndexOf("] [service="u8);
        if (end < 0)
            return LineResult.Unknown;
        var service = rest[(end + 11)..].StartsWith("imap"u8) ? Service.Imap : rest[(end + 11)..].StartsWith("pop"u8) ? Service.Pop3 : Service.Smtp;
        return Told(sink.Login(line.At, rest[..end], default, service, LoginOutcome.WrongPassword));
    }
}
