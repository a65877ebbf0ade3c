using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Webmail;

/// <summary>
/// Zimbra 8 to 10: audit.log, <c>WARN  [thread] [name=…;oip=192.0.2.7;ua=…;] security - cmd=Auth; account=anna@example.com; protocol=soap; error=authentication
/// failed for [anna], invalid password;</c>, without the error for a success; and mailbox.log, <c>… SoapEngine - handler exception: authentication failed for
/// [anna], account not found</c>.
/// </summary>
/// <remarks>
/// The browser's name <c>ua</c> and the account are the client's text. The addresses stand in front of <c>ua</c>; where the account's place stands twice, it is
/// the address's failure alone, and no success.
/// </remarks>
internal sealed class ZimbraParser : StatelessParser
{
    public override string Name => "zimbra";

    public override bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("zimbra"u8) || program.SequenceEqual("mailboxd"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        // The level, the thread, and what is known of the request.
        if (
            !ByteText.TakeUntil(ref text, " ["u8, out var level)
            || level.Trim((byte)' ').IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0
            || !ByteText.TakeUntil(ref text, "] ["u8, out _)
        )
            return LineResult.Nothing;
        if (
            Cut(text, "] security - cmd=AdminAuth; account="u8, out var context, out var told, out var sure)
            || Cut(text, "] security - cmd=PreAuth; account="u8, out context, out told, out sure)
        )
            return Audit(line, context, told, sure, needsProtocol: false, sink);
        if (Cut(text, "] security - cmd=Auth; account="u8, out context, out told, out sure))
            return Audit(line, context, told, sure, needsProtocol: true, sink);
        return Cut(text, "] SoapEngine - handler exception: authentication failed for ["u8, out context, out told, out sure)
            ? Failed(line, context, told, sure, Reason(told), sink)
            : LineResult.Nothing;
    }

    /// <summary><c>anna@example.com[; protocol=soap|; admin=false];[ error=…;]</c>: administrators' logins have neither of the two.</summary>
    private static LineResult Audit(in LogLine line, ReadOnlySpan<byte> context, ReadOnlySpan<byte> text, bool sure, bool needsProtocol, ObservationSink sink)
    {
        var error = text.IndexOf("; error="u8);
        var front =
            error >= 0 ? text[..error]
            : text.EndsWith(";"u8) ? text[..^1]
            : default;
        var end = front.IndexOf((byte)';');
        var account = end < 0 ? front : front[..end];
        var rest = front[account.Length..];
        ReadOnlySpan<byte> protocol = default;
        if (ByteText.Skip(ref rest, "; protocol="u8))
            protocol = rest;
        else if (needsProtocol || (!rest.IsEmpty && !rest.SequenceEqual("; admin=false"u8) && !rest.SequenceEqual("; admin=true"u8)))
            sure = false;
        // What is the error's place twice may be the account's own.
        sure &= error == text.LastIndexOf("; error="u8);
        sure &= !account.IsEmpty && protocol.IndexOfAny((byte)';', (byte)' ') < 0;
        if (error >= 0)
            return Failed(line, context, account, sure, Reason(text), sink, sure ? protocol : default, told: true);
        return sure ? Told(sink.Login(line.At, account, AddressOf(context), ServiceOf(protocol, context), LoginOutcome.Succeeded)) : LineResult.Unknown;
    }

    private static LineResult Failed(
        in LogLine line,
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> text,
        bool sure,
        ReadOnlySpan<byte> reason,
        ObservationSink sink,
        ReadOnlySpan<byte> protocol = default,
        bool told = false
    )
    {
        // The reason ends the line: what looks like it in front of another part's text is the browser's.
        if (reason.IndexOf("] "u8) >= 0)
            return LineResult.Unknown;
        var user = !told && sure && text.LastIndexOf("], "u8) is >= 0 and var end ? text[..end] : text;
        return Told(sink.Failure(line.At, sure ? user : default, AddressOf(context), ServiceOf(protocol, context), OutcomeOf(reason)));
    }

    /// <summary>What stands in front of and behind the mark; not sure where something else may be the mark's place.</summary>
    private static bool Cut(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> context, out ReadOnlySpan<byte> told, out bool sure)
    {
        context = told = default;
        sure = false;
        var at = text.IndexOf(mark);
        if (at < 0)
            return false;
        context = text[..at];
        told = text[(at + mark.Length)..];
        sure =
            (context.IsEmpty || context.EndsWith(";"u8))
            && context.IndexOf("] "u8) < 0
            && told.IndexOf("] security - "u8) < 0
            && told.IndexOf("] SoapEngine - "u8) < 0;
        return true;
    }

    /// <summary>The original client's, or the connection's: what stands in front of the browser's name.</summary>
    private static NetworkAddress AddressOf(ReadOnlySpan<byte> context)
    {
        NetworkAddress found = default;
        while (!context.IsEmpty)
        {
            var end = context.IndexOf((byte)';');
            var field = end < 0 ? context : context[..end];
            if (field.StartsWith("ua="u8) || field.StartsWith("via="u8))
                return found;
            if (field.StartsWith("oip="u8))
                return ForwardedAddress.LastOf(field[4..]);
            if (field.StartsWith("ip="u8))
                NetworkAddress.TryParse(field[3..], out found);
            context = end < 0 ? default : context[(end + 1)..];
        }
        return found;
    }

    private static ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> text)
    {
        var end = text.LastIndexOf("], "u8);
        return end < 0 ? default : text[(end + 3)..];
    }

    private static LoginOutcome OutcomeOf(ReadOnlySpan<byte> reason)
    {
        if (reason.StartsWith("account not found"u8))
            return LoginOutcome.UnknownUser;
        return
            reason.StartsWith("account lockout"u8)
            || reason.StartsWith("account(or domain) status"u8)
            || reason.StartsWith("domain status"u8)
            || reason.StartsWith("must change"u8)
            ? LoginOutcome.Refused
            : LoginOutcome.WrongPassword;
    }

    private static Service ServiceOf(ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> context)
    {
        if (protocol.StartsWith("imap"u8))
            return Service.Imap;
        if (protocol.StartsWith("pop3"u8))
            return Service.Pop3;
        // The mail server asks by SOAP.
        var browser = context.StartsWith("ua="u8) ? 0 : context.IndexOf(";ua="u8);
        var smtp = context.IndexOf(";oproto=smtp;"u8);
        return smtp >= 0 && (browser < 0 || smtp < browser) ? Service.Smtp : Service.Web;
    }
}
