using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// The end of an arrival's line, from the size on: <c> PRDR PRX=x K S=2210 M8S=0 Q=x RT=1s id=x DKIM=x T="subject" from &lt;sender&gt; for a@b c@d</c>
/// (receive.c).
/// All that a stranger chooses in here is quoted so that its end is sure: subjects by backslashes, identifiers and addresses by their own quotes.
/// Text that poses as an end in front of the real one does not read as one up to the line's end.
/// </summary>
internal readonly ref struct EximTail
{
    private EximTail(long size, int recipients)
    {
        Size = size;
        Recipients = recipients;
    }

    public long Size { get; }

    /// <summary>-1 when the line does not tell: log_selector lacks +received_recipients.</summary>
    public int Recipients { get; }

    public static bool TryRead(ReadOnlySpan<byte> text, out EximTail tail)
    {
        tail = default;
        ByteText.Skip(ref text, " PRDR"u8);
        EximHost.SkipWord(ref text, " PRX="u8);
        ByteText.Skip(ref text, " K"u8);
        if (!ByteText.Skip(ref text, " S="u8) || !ByteText.TakeNumber(ref text, out var size))
            return false;
        while (TryField(ref text)) { }
        if (text.StartsWith(" T=\""u8) && !SkipSubject(ref text))
            return false;
        while (TryField(ref text)) { }
        if (ByteText.Skip(ref text, " from "u8) && !MailAddressText.TakeBracketed(ref text, out _))
            return false;
        var recipients = -1;
        if (ByteText.Skip(ref text, " for"u8) && !TryRecipients(ref text, out recipients))
            return false;
        if (!text.IsEmpty)
            return false;
        tail = new EximTail(size, recipients);
        return true;
    }

    /// <summary>A field with a value without blanks, and none of those that stand in front of the size.</summary>
    private static bool TryField(scoped ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 4 || text[0] != ' ')
            return false;
        var equal = text[..Math.Min(text.Length, 8)].IndexOf((byte)'=');
        if (equal < 2)
            return false;
        var name = text[1..equal];
        foreach (var c in name)
        {
            // "id*=" is an id that Exim made itself.
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '*')
                return false;
        }
        if (
            name.SequenceEqual("A"u8)
            || name.SequenceEqual("S"u8)
            || name.SequenceEqual("H"u8)
            || name.SequenceEqual("P"u8)
            || name.SequenceEqual("U"u8)
            || name.SequenceEqual("X"u8)
            || name.SequenceEqual("CV"u8)
            || name.SequenceEqual("DN"u8)
            || name.SequenceEqual("SNI"u8)
            || name.SequenceEqual("T"u8)
            || name.SequenceEqual("I"u8)
        )
        {
            return false;
        }
        var value = text[(equal + 1)..];
        if (!MailAddressText.TakeWord(ref value, out var word))
            return false;
        // Only identifiers may hold quotes.
        if (word.Contains((byte)'"') && !(name.SequenceEqual("id"u8) && MailAddressText.IsAddress(word)))
            return false;
        text = value;
        return true;
    }

    private static bool SkipSubject(scoped ref ReadOnlySpan<byte> text)
    {
        var inside = text[4..];
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\')
            {
                i++;
            }
            else if (inside[i] == '"')
            {
                text = inside[(i + 1)..];
                return text.IsEmpty || text[0] == ' ';
            }
        }
        return false;
    }

    private static bool TryRecipients(scoped ref ReadOnlySpan<byte> text, out int recipients)
    {
        recipients = 0;
        while (ByteText.Skip(ref text, " "u8))
        {
            if (!MailAddressText.TakeWord(ref text, out var word) || !MailAddressText.IsAddress(word))
                return false;
            recipients++;
        }
        return recipients > 0;
    }
}
