using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>vsftpd's own log: <c>[pid 1] [name] OK LOGIN: Client "address"</c>.</summary>
internal sealed class VsftpdParser : StatelessParser
{
    public override string Name => "vsftpd";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("vsftpd-own"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.TakeUntil(ref text, "] "u8, out _) || !ByteText.Skip(ref text, "["u8))
            return LineResult.Nothing;
        // The name may hold the phrase itself: the last one is the server's.
        var success = text.LastIndexOf("] OK LOGIN: Client \""u8);
        var failure = text.LastIndexOf("] FAIL LOGIN: Client \""u8);
        var mark = Math.Max(success, failure);
        if (mark < 0)
            return LineResult.Nothing;
        var start = mark + (success > failure ? 20 : 22);
        var rest = text[start..];
        var quote = rest.IndexOf((byte)'"');
        if (quote < 0 || !NetworkAddress.TryParse(rest[..quote], out var address))
            return LineResult.Unknown;
        return Told(sink.Login(line.At, text[..mark], address, Service.Ftp, success > failure ? LoginOutcome.Succeeded : LoginOutcome.WrongPassword));
    }
}

/// <summary>Pure-FTPd: <c>(?@192.0.2.1) [INFO] name is now logged in</c>.</summary>
internal sealed class PureFtpdParser : StatelessParser
{
    public override string Name => "pure-ftpd";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("pure-ftpd"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.Skip(ref text, "("u8))
            return LineResult.Nothing;
        // Before the login the name in front of @ is "?"; afterwards lines of the session follow, which tell nothing new.
        var close = text.IndexOf(") ["u8);
        if (close < 0)
            return LineResult.Nothing;
        var at = text[..close].LastIndexOf((byte)'@');
        if (at < 0)
            return LineResult.Nothing;
        var host = text[(at + 1)..close];
        var rest = text[(close + 2)..];
        ReadOnlySpan<byte> user;
        LoginOutcome outcome;
        if (ByteText.Skip(ref rest, "[INFO] "u8) && rest.EndsWith(" is now logged in"u8))
        {
            user = rest[..^17];
            outcome = LoginOutcome.Succeeded;
        }
        else if (rest.StartsWith("[WARNING] Authentication failed for user ["u8) && rest.EndsWith("]"u8))
        {
            user = rest[42..^1];
            outcome = LoginOutcome.WrongPassword;
        }
        else
        {
            return LineResult.Nothing;
        }
        // With reverse look-ups on, a name stands for the address: the login counts, its place is not known.
        NetworkAddress.TryParse(host, out var address);
        return Told(sink.Login(line.At, user, address, Service.Ftp, outcome));
    }
}
