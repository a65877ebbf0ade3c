using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// <c>no MAIL in SMTP connection from host (helo) [address]:port D=1s A=driver:user X=… C=EHLO,AUTH,QUIT</c>, with log_selector = +smtp_no_mail: a login
/// that sent nothing, as a thief tries a password.
/// </summary>
internal static class EximSessions
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var from = text.IndexOf("SMTP connection from "u8);
        if (from < 0)
            return LineResult.Unknown;
        text = text[(from + 21)..];
        var found = false;
        NetworkAddress address = default;
        ReadOnlySpan<byte> user = [];
        for (var open = text.IndexOf((byte)'['); open >= 0; open = Next(text, open))
        {
            if (!EximHost.TryAt(text, open, out var here, out var rest))
                continue;
            EximHost.SkipInterface(ref rest);
            if (!EximHost.SkipWord(ref rest, " D="u8))
                continue;
            var login = rest.StartsWith(" A="u8);
            var name = login ? rest[3..] : [];
            if (login)
                EximHost.SkipWord(ref rest, " A="u8);
            if (!IsEnd(rest))
                continue;
            if (found)
                return LineResult.Unknown;
            (found, address) = (true, here);
            user = login ? Name(name) : [];
        }
        if (!found)
            return LineResult.Unknown;
        if (user.IsEmpty)
            return LineResult.Nothing;
        return sink.Login(at, user, address, Service.Smtp, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        if (end >= 0)
            text = text[..end];
        var colon = text.IndexOf((byte)':');
        return colon < 0 ? [] : text[(colon + 1)..];
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest)
    {
        EximHost.SkipWord(ref rest, " X="u8);
        EximHost.SkipWord(ref rest, " CV="u8);
        if (rest.StartsWith(" DN=\""u8) || rest.StartsWith(" SNI=\""u8))
        {
            var close = rest.LastIndexOf((byte)'"');
            if (close < 5)
                return false;
            rest = rest[(close + 1)..];
        }
        if (rest.IsEmpty)
            return true;
        if (!ByteText.Skip(ref rest, " C="u8))
            return false;
        foreach (var c in rest)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)',' or (byte)'.' or (byte)'?' or (byte)'_'))
                return false;
        }
        return true;
    }

    private static int Next(ReadOnlySpan<byte> text, int open)
    {
        var next = text[(open + 1)..].IndexOf((byte)'[');
        return next < 0 ? -1 : open + 1 + next;
    }
}
