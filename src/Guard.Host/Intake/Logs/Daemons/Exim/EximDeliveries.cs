using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// <c>=&gt; address &lt;original&gt; F=&lt;sender&gt; R=router T=transport S=n H=host [address]:port … C="reply"</c>, and <c>-&gt;</c>, <c>&gt;&gt;</c>, <c>**</c> and <c>==</c> (deliver.c). The sign
/// is Exim's; the addresses are the sender's text, the reply is the other server's.
/// </summary>
internal static class EximDeliveries
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> id, UInt128 key, ReadOnlySpan<byte> sign, ReadOnlySpan<byte> text, EximQueue queue, ObservationSink sink)
    {
        if (!queue.Mails.TryGet(key, out var mail))
            return LineResult.Nothing;
        if (!TryRecipient(ref text, out var recipient))
            return LineResult.Unknown;
        var told = queue.Recipient(at, key, mail, recipient, sink);
        if (sign.SequenceEqual("=="u8))
            return queue.Mails.Fate(at, mail, null, 1, id, sink) || told ? LineResult.Observed : LineResult.Nothing;
        if (sign.SequenceEqual("**"u8))
            return queue.Mails.Fate(at, mail, EximRefusals.Outcome(text), 1, id, sink) || told ? LineResult.Observed : LineResult.Nothing;
        if (TryHandedOn(text, out var next) && queue.Mails.Link(at, mail, next, sink))
            return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
        return queue.Mails.Fate(at, mail, DeliveryOutcome.Delivered, 1, id, sink) || told ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>The recipient that the sender named: the original one where the address was rewritten or expanded.</summary>
    private static bool TryRecipient(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> recipient)
    {
        recipient = default;
        // A pipe or file of an alias may hold blanks; the original address in brackets follows it.
        if (text.Length > 0 && text[0] is (byte)'|' or (byte)'/' && text.IndexOf(" <"u8) is var mark and > 0)
            text = text[mark..];
        else if (!MailAddressText.TakeWord(ref text, out recipient))
            return false;
        if (text.StartsWith(" <"u8))
        {
            var rest = text[1..];
            if (!MailAddressText.TakeBracketed(ref rest, out recipient))
                return false;
            text = rest;
        }
        recipient = recipient.TrimEnd((byte)':');
        SkipAddress(ref text, " F="u8);
        SkipAddress(ref text, " P="u8);
        return true;
    }

    private static void SkipAddress(scoped ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> field)
    {
        if (!text.StartsWith(field))
            return;
        var rest = text[field.Length..];
        if (MailAddressText.TakeBracketed(ref rest, out _) || MailAddressText.TakeWord(ref rest, out _))
            text = rest;
    }

    /// <summary>A filter on this machine or in a private network took it, and its reply ends with the id under which it handed it back.</summary>
    private static bool TryHandedOn(ReadOnlySpan<byte> text, out UInt128 key)
    {
        key = 0;
        while (EximHost.SkipWord(ref text, " R="u8) || EximHost.SkipWord(ref text, " T="u8) || EximHost.SkipWord(ref text, " ST="u8) || EximHost.SkipWord(ref text, " S="u8))
        {
        }
        if (!ByteText.Skip(ref text, " H="u8))
            return false;
        var open = text.IndexOf((byte)'[');
        if (open < 0 || !EximHost.TryAt(text, open, out var address, out var rest) || !MailQueue.IsNear(address))
            return false;
        if (!ByteText.LastBetween(rest, " C=\""u8, "\""u8, out var reply) || !ByteText.LastBetween(reply, " id="u8, default, out var id))
            return false;
        var end = 0;
        while (end < id.Length && (char.IsAsciiLetterOrDigit((char)id[end]) || id[end] == '-'))
            end++;
        return QueueKey.TryRead(id[..end], out key);
    }
}
