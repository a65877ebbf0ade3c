using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// SOGo 2 to 5 (UI/MainUI/SOGoRootPage.m): <c>SOGoRootPage successful login from '192.0.2.7' for user 'anna' - expire = -1  grace = -1</c> and
/// <c>SOGoRootPage Login from '192.0.2.7' for user 'anna' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0</c>.
/// </summary>
/// <remarks>
/// The address is the web server's word, a list where proxies stand between, whose last public one is the client. The user is the client's text up to what SOGo
/// writes behind it last.
/// </remarks>
internal sealed class SogoParser : StatelessParser
{
    public override string Name => "sogo";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("sogod"u8) || program.SequenceEqual("sogo"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (text.StartsWith("<0x"u8) && text.IndexOf("[SOGoRootPage]>"u8) is > 0 and < 40 and var page)
            text = text[(page + 15)..].TrimStart(": "u8);
        else if (!ByteText.Skip(ref text, "SOGoRootPage "u8))
            return LineResult.Nothing;
        var success = ByteText.Skip(ref text, "successful login from '"u8);
        if (!success && !ByteText.Skip(ref text, "Login from '"u8))
            return LineResult.Nothing;
        if (!ByteText.TakeUntil(ref text, "' for user '"u8, out var host))
            return LineResult.Unknown;
        var end = text.LastIndexOf(success ? "' - expire = "u8 : "' might not have worked"u8);
        var address = ForwardedAddress.LastOf(host);
        if (end < 0 || (address.IsNone && !host.IsEmpty && !host.SequenceEqual("(null)"u8)))
            return LineResult.Unknown;
        var user = text[..end];
        return Told(
            success
                ? sink.Login(line.At, user, address, Service.Web, LoginOutcome.Succeeded)
                : sink.Failure(line.At, user, address, Service.Web, LoginOutcome.WrongPassword)
        );
    }
}
