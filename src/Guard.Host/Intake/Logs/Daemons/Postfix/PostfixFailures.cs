using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// <c>warning: name[address]:port: SASL LOGIN authentication failed: reason, sasl_username=user</c> (smtpd_sasl_glue.c; the user since 3.7.8, 3.8.3 and 3.9).
/// The mechanism is the client's word and may be quoted with blanks in it, the reason is the authentication server's or Postfix's own, and the user is the
/// client's text up to the end of the line, cut at 100 characters and with control characters as question marks.
/// </summary>
internal static class PostfixFailures
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ClientText.Take(ref text, out var address) || !ByteText.Skip(ref text, ": SASL "u8))
            return LineResult.Nothing;
        var blank = text.IndexOf((byte)' ');
        if (blank <= 0)
            return LineResult.Unknown;
        var plain = IsMechanism(text[..blank]);
        var rest = text[(blank + 1)..];
        if (rest.SequenceEqual("authentication aborted"u8))
            return LineResult.Nothing;
        // Before 2.10, and where the server gave none, there is no reason, and its blank may be trimmed.
        if (!ByteText.Skip(ref rest, "authentication failed: "u8) && !rest.SequenceEqual("authentication failed:"u8))
        {
            // A mechanism with blanks in it is none: the client's own text, and nothing was tried.
            return text[0] == '"' || !plain ? LineResult.Nothing : LineResult.Unknown;
        }
        var mark = rest.IndexOf(", sasl_username="u8);
        var reason = mark < 0 ? rest : rest[..mark];
        var user = mark < 0 ? [] : rest[(mark + 16)..];
        switch (PostfixReasons.Of(reason))
        {
            case PostfixReason.NothingTried:
                return LineResult.Nothing;
            case PostfixReason.ServerTrouble:
                return Trouble(at, user, address, sink);
            default:
                break;
        }
        if (user.SequenceEqual("(unavailable)"u8))
        {
            // Only a refusal in so many words is one: else the authentication server gave no answer.
            if (!PostfixReasons.IsRefusal(reason))
                return Trouble(at, user, address, sink);
            user = [];
        }
        // A user who repeats the words of the line may come from a mechanism that holds them: the address is what is sure, and that it was refused.
        if (user.LastIndexOf(" authentication failed: "u8) is var again and >= 0)
        {
            if (PostfixReasons.Of(user[(again + " authentication failed: ".Length)..]) == PostfixReason.NothingTried)
                return LineResult.Nothing;
            user = [];
        }
        if (!plain)
            user = [];
        return sink.Failure(at, user, address, Service.Smtp, LoginOutcome.WrongPassword) ? LineResult.Observed : LineResult.Unknown;
    }

    private static LineResult Trouble(DateTimeOffset at, ReadOnlySpan<byte> user, Guard.Messages.Places.NetworkAddress address, ObservationSink sink)
    {
        if (user.IsEmpty || user.SequenceEqual("(unavailable)"u8) || !sink.Login(at, user, address, Service.Smtp, LoginOutcome.ServerTrouble))
            sink.LoginOfAddress(at, address, Service.Smtp, LoginOutcome.ServerTrouble);
        return LineResult.Observed;
    }

    /// <summary>RFC 4422 section 3.1: capitals, digits, hyphen and underscore; clients write small letters too.</summary>
    private static bool IsMechanism(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_'))
                return false;
        }
        return true;
    }
}
