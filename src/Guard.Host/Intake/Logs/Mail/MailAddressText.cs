namespace Guard.Host.Intake.Logs.Mail;

/// <summary>
/// Finds where an envelope address ends. Its local part may be quoted (RFC 5321 section 4.1.2), and in there a stranger may write anything: blanks,
/// brackets, commas, the names of fields.
/// </summary>
internal static class MailAddressText
{
    /// <summary>Where the first of these characters stands outside quotes; the length when there is none, -1 when a quote is not closed.</summary>
    public static int EndOutsideQuotes(ReadOnlySpan<byte> text, byte end)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\')
                i++;
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c == end)
                return i;
        }
        return quoted ? -1 : text.Length;
    }

    /// <summary>Takes <c>&lt;address&gt;</c> and moves behind it; false when it does not stand there whole.</summary>
    public static bool TakeBracketed(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> address)
    {
        address = default;
        if (text.IsEmpty || text[0] != '<')
            return false;
        var inside = text[1..];
        var end = EndOutsideQuotes(inside, (byte)'>');
        if (end < 0 || end == inside.Length)
            return false;
        address = inside[..end];
        text = inside[(end + 1)..];
        return true;
    }

    /// <summary>Takes an address up to a blank or the end; false when a quote is not closed.</summary>
    public static bool TakeWord(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> word)
    {
        word = default;
        var end = EndOutsideQuotes(text, (byte)' ');
        if (end < 0)
            return false;
        word = text[..end];
        text = text[end..];
        return true;
    }

    /// <summary>Whether a word is an address with a domain that is written plainly, with no quote or backslash outside its local part's quotes.</summary>
    public static bool IsAddress(ReadOnlySpan<byte> word)
    {
        var at = word.LastIndexOf((byte)'@');
        if (at <= 0 || at == word.Length - 1)
            return false;
        foreach (var c in word[(at + 1)..])
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'.' or (byte)'-' or (byte)'_' or (byte)'[' or (byte)']' or (byte)':') && c < 0x80)
                return false;
        }
        var local = word[..at];
        var quoted = false;
        for (var i = 0; i < local.Length; i++)
        {
            if (local[i] == '\\')
            {
                if (!quoted)
                    return false;
                i++;
            }
            else if (local[i] == '"')
            {
                quoted = !quoted;
            }
        }
        return !quoted;
    }
}
