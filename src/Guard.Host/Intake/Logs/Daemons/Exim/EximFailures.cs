using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// <c>driver authenticator failed for host (helo) [address]:port I=[address]:port U=ident: 535 Incorrect authentication data (set_id=user)</c> (smtp_in.c).
/// HELO is the client's text, and so is the user up to the line's end: where the line reads in two ways, it is believed in none.
/// </summary>
internal static class EximFailures
{
    public static bool Is(ReadOnlySpan<byte> text)
    {
        var blank = text.IndexOf((byte)' ');
        return blank > 0 && text[blank..].StartsWith(" authenticator failed for "u8) && IsDriver(text[..blank]);
    }

    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        text = text[(text.IndexOf((byte)' ') + " authenticator failed for ".Length)..];
        // Some builds say H= in front of the client.
        ByteText.Skip(ref text, "H="u8);
        var found = false;
        NetworkAddress address = default;
        ReadOnlySpan<byte> said = [];
        for (var open = text.IndexOf((byte)'['); open >= 0; open = Next(text, open))
        {
            if (!EximHost.TryAt(text, open, out var here, out var rest))
                continue;
            EximHost.SkipInterface(ref rest);
            if (!ByteText.Skip(ref rest, ": "u8) || rest.Length < 4 || !IsCode(rest))
                continue;
            if (found)
                return LineResult.Unknown;
            (found, address) = (true, here);
            said = rest;
        }
        if (!found)
            return LineResult.Unknown;
        var mark = said.IndexOf(" (set_id="u8);
        var user = mark < 0 ? [] : said[(mark + 9)..];
        var close = user.LastIndexOf((byte)')');
        user = close < 0 ? user : user[..close];
        if (said.StartsWith("535 "u8))
            return sink.Failure(at, user, address, Service.Smtp, LoginOutcome.WrongPassword) ? LineResult.Observed : LineResult.Unknown;
        // 435 Unable to authenticate at present: the server's own trouble; anything else is a conversation that came to no password.
        if (!said.StartsWith("435 "u8) && !said.StartsWith("454 "u8))
            return LineResult.Nothing;
        return sink.Failure(at, user, address, Service.Smtp, LoginOutcome.ServerTrouble) ? LineResult.Observed : LineResult.Unknown;
    }

    private static bool IsCode(ReadOnlySpan<byte> text) =>
        char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1]) && char.IsAsciiDigit((char)text[2]) && text[3] == ' ';

    private static bool IsDriver(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_' or (byte)'.'))
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
