using Guard.Host.Intake.Logs.Envelopes;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// cPanel's cpsrvd, which serves its web mail and panel (docs.cpanel.net, "The cPanel log files"). <c>login_log</c>: <c>info [webmaild] 192.0.2.7 -
/// anna@example.com "POST /login/ HTTP/1.1" FAILED LOGIN webmaild: user password incorrect</c>, <c>… - anna@example.com - SUCCESS LOGIN webmaild</c>.
/// <c>session_log</c>: <c>info [webmaild] 192.0.2.7 NEW anna@example.com:token address=192.0.2.7,app=webmaild,creator=…,possessed=0</c>.
/// </summary>
/// <remarks>
/// The name in front of the request is the client's, and so is the request. What somebody does who may enter other people's accounts (<c>possessor</c>) is not
/// their owners'.
/// </remarks>
internal sealed class CpanelParser : StatelessParser
{
    private static ReadOnlySpan<byte> FailedMark => "\" FAILED LOGIN "u8;

    private static ReadOnlySpan<byte> SucceededMark => " - SUCCESS LOGIN "u8;

    public override string Name => "cpanel";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("cpanel"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.TakeUntil(ref text, "] "u8, out _) || !ByteText.TakeUntil(ref text, " "u8, out var peer))
            return LineResult.Nothing;
        if (!NetworkAddress.TryParse(peer, out var address))
            return LineResult.Nothing;
        if (ByteText.Skip(ref text, "NEW "u8))
            return Began(line, text, address, sink);
        if (!ByteText.Skip(ref text, "- "u8))
            return LineResult.Nothing;
        if (text.IndexOf(FailedMark) >= 0)
            return Failed(line, text, address, sink);
        // Nobody logs in under a name that holds these words: where they stand elsewhere, it is a request.
        if (text.IndexOf(SucceededMark) is not (> 0 and var end))
            return LineResult.Nothing;
        if (!OwnFile.IsCpanelFace(text[(end + SucceededMark.Length)..]))
            return LineResult.Unknown;
        return Logged(line, text[..end], address, sink);
    }

    private static LineResult Logged(in LogLine line, ReadOnlySpan<byte> user, NetworkAddress address, ObservationSink sink)
    {
        if (user.IndexOf(" (possessor: "u8) >= 0)
            return LineResult.Nothing;
        return Told(sink.Login(line.At, user, address, Service.Web, LoginOutcome.Succeeded));
    }

    /// <summary>A session begins with a password, or when its owner, a reseller or another program of the panel hands it over.</summary>
    private static LineResult Began(in LogLine line, ReadOnlySpan<byte> text, NetworkAddress address, ObservationSink sink)
    {
        var mark = text.IndexOf(" address="u8);
        if (mark < 0)
            return LineResult.Unknown;
        var name = text[..mark];
        var facts = text[mark..];
        var token = name.LastIndexOf((byte)':');
        if (token <= 0)
            return LineResult.Unknown;
        if (facts.IndexOf(",method=handle_form_login"u8) < 0 || facts.IndexOf(",possessed=1"u8) >= 0)
            return LineResult.Nothing;
        return Told(sink.Login(line.At, name[..token], address, Service.Web, LoginOutcome.Succeeded));
    }

    private static LineResult Failed(in LogLine line, ReadOnlySpan<byte> text, NetworkAddress address, ObservationSink sink)
    {
        var mark = text.LastIndexOf(FailedMark);
        var reason = text[(mark + FailedMark.Length)..];
        // A request that holds the words of a failure, in front of what really became of it.
        if (!ByteText.TakeUntil(ref reason, ": "u8, out var face) || !OwnFile.IsCpanelFace(face) || reason.IndexOf("\" DEFERRED LOGIN "u8) >= 0)
            return LineResult.Unknown;
        var front = text[..mark];
        // A quotation mark in the name, or the words twice, and it is not sure where the name ends.
        var quote = front.IndexOf(" \""u8);
        var user = quote < 0 || front[(quote + 2)..].IndexOf((byte)'"') >= 0 || text.IndexOf(FailedMark) != mark ? default : front[..quote];
        return Told(sink.Failure(line.At, user.SequenceEqual("-"u8) ? default : user, address, Service.Web, OutcomeOf(reason)));
    }

    private static LoginOutcome OutcomeOf(ReadOnlySpan<byte> reason) =>
        reason.StartsWith("brute force attempt"u8) || reason.StartsWith("account is locked"u8) ? LoginOutcome.Refused
        : reason.StartsWith("invalid "u8)
        || reason.StartsWith("user name not provided"u8)
        || reason.StartsWith("user password hash is missing"u8)
        || reason.StartsWith("login attempt without"u8)
            ? LoginOutcome.UnknownUser
        : LoginOutcome.WrongPassword;
}
