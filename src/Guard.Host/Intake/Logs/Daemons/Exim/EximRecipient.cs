using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// The recipient of a delivery's line and what follows it. Exim writes the address without its quotes, so that a quoted one may hold whole fields: it is
/// plain when it has no blank, and the rest of the line names one router, as Exim does.
/// </summary>
internal readonly ref struct EximRecipient
{
    public EximRecipient(ReadOnlySpan<byte> text)
    {
        Name = Rest = text;
        var blank = text.IndexOf((byte)' ');
        var word = blank < 0 ? text : text[..blank];
        var rest = blank < 0 ? [] : text[blank..];
        // "address: reason" has no fields.
        var colon = word.Length > 1 && word[^1] == ':';
        if (colon)
            word = word[..^1];
        if (!IsPlainWord(word) || rest.Count(" R="u8) > (colon ? 0 : 1))
            return;
        var original = rest.StartsWith(" <"u8) ? rest[1..] : default;
        if (!original.IsEmpty)
        {
            if (!MailAddressText.TakeBracketed(ref original, out var name))
                return;
            Name = name;
            rest = original;
        }
        else
        {
            Name = word;
        }
        SkipAddress(ref rest, " F="u8);
        SkipAddress(ref rest, " P="u8);
        Rest = rest;
        IsPlain = colon || rest.IsEmpty || rest[0] == ':' || rest.StartsWith(" R="u8) || rest.StartsWith(" T="u8);
        if (!IsPlain)
            Name = text;
    }

    public bool IsPlain { get; }

    /// <summary>The recipient that the sender named, the original one where the address was rewritten or expanded; the whole line when it is not
    /// plain.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Behind the addresses.</summary>
    public ReadOnlySpan<byte> Rest { get; }

    /// <summary>An address, the name of a local user, or the file or pipe of an alias.</summary>
    private static bool IsPlainWord(ReadOnlySpan<byte> word) => !word.IsEmpty && word.IndexOfAny("\"\\<>()"u8) < 0;

    private static void SkipAddress(scoped ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> field)
    {
        if (!text.StartsWith(field))
            return;
        var rest = text[field.Length..];
        if (MailAddressText.TakeBracketed(ref rest, out _) || MailAddressText.TakeWord(ref rest, out _))
            text = rest;
    }
}
