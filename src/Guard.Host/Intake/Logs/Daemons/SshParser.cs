using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// OpenSSH. The name is the client's text and may be <c>root from 192.0.2.1 port 22 ssh2</c>: the address is taken from the end of the line, where
/// the server wrote it.
/// </summary>
internal sealed class SshParser : StatelessParser
{
    public override string Name => "sshd";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("sshd"u8) || program.SequenceEqual("sshd-session"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        var outcome = LoginOutcome.WrongPassword;
        if (ByteText.Skip(ref text, "Accepted "u8))
        {
            outcome = LoginOutcome.Succeeded;
            // The key's fingerprint follows "ssh2: ".
            var key = text.LastIndexOf(" ssh2: "u8);
            if (key >= 0)
                text = text[..(key + 5)];
        }
        else if (ByteText.Skip(ref text, "error: PAM: "u8))
        {
            // "Authentication failure for [illegal user ]name from address"
            if (!ByteText.TakeUntil(ref text, " for "u8, out _))
                return LineResult.Nothing;
            if (ByteText.Skip(ref text, "illegal user "u8))
                outcome = LoginOutcome.UnknownUser;
            var from = text.LastIndexOf(" from "u8);
            return from < 0 || !NetworkAddress.TryParse(text[(from + 6)..], out var host)
                ? LineResult.Unknown
                : Told(sink.Login(line.At, text[..from], host, Service.Ssh, outcome));
        }
        else if (!ByteText.Skip(ref text, "Failed "u8))
        {
            // "Invalid user" announces the failure that follows it.
            return LineResult.Nothing;
        }
        // "password for [invalid user ]name from address port 1 ssh2"; publickey offers that fail are ordinary: clients try all their keys.
        if (!ByteText.TakeUntil(ref text, " for "u8, out var method))
            return LineResult.Nothing;
        if (outcome != LoginOutcome.Succeeded && method.SequenceEqual("publickey"u8) || method.SequenceEqual("none"u8))
            return LineResult.Nothing;
        if (outcome != LoginOutcome.Succeeded && method.SequenceEqual("keyboard-interactive/pam"u8))
            return LineResult.Nothing;
        if (ByteText.Skip(ref text, "invalid user "u8))
            outcome = LoginOutcome.UnknownUser;
        var port = text.LastIndexOf(" port "u8);
        if (port < 0)
            return LineResult.Unknown;
        var mark = text[..port].LastIndexOf(" from "u8);
        if (mark < 0 || !NetworkAddress.TryParse(text[(mark + 6)..port], out var address))
            return LineResult.Unknown;
        return Told(sink.Login(line.At, text[..mark], address, Service.Ssh, outcome));
    }
}
