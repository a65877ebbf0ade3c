using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// <c>=&gt; address &lt;original&gt; F=&lt;sender&gt; R=router T=transport S=n H=host [address]:port … C="reply"</c>, and <c>-&gt;</c>, <c>&gt;&gt;</c>,
/// <c>**</c> and <c>==</c> (deliver.c). The sign is Exim's. The address is the sender's text and stands there without its quotes, the original one with them;
/// the reply is the other server's. Of a line whose address is not plain nothing is believed but the sign.
/// </summary>
internal static class EximDeliveries
{
    public static LineResult Parse(
        DateTimeOffset at,
        ReadOnlySpan<byte> id,
        UInt128 key,
        ReadOnlySpan<byte> sign,
        ReadOnlySpan<byte> text,
        EximQueue queue,
        ObservationSink sink
    )
    {
        if (!queue.Mails.TryGet(key, out var mail))
            return LineResult.Nothing;
        var recipient = new EximRecipient(text);
        var told = queue.Recipient(at, key, mail, recipient.Name, sink);
        if (sign.SequenceEqual("=="u8))
            return queue.Mails.Fate(at, mail, null, 1, id, sink) || told ? LineResult.Observed : LineResult.Nothing;
        if (sign.SequenceEqual("**"u8))
            return queue.Mails.Fate(at, mail, recipient.IsPlain ? EximRefusals.Outcome(recipient.Rest) : DeliveryOutcome.Bounced, 1, id, sink) || told
                ? LineResult.Observed
                : LineResult.Nothing;
        if (recipient.IsPlain && TryHandedOn(recipient.Rest, out var next) && queue.Mails.Link(at, mail, next, sink))
            return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
        return queue.Mails.Fate(at, mail, DeliveryOutcome.Delivered, 1, id, sink) || told ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>A filter on this machine or in a private network took it, and its reply ends with the id under which it handed it back.</summary>
    private static bool TryHandedOn(ReadOnlySpan<byte> text, out UInt128 key)
    {
        key = 0;
        while (
            EximHost.SkipWord(ref text, " R="u8)
            || EximHost.SkipWord(ref text, " T="u8)
            || EximHost.SkipWord(ref text, " ST="u8)
            || EximHost.SkipWord(ref text, " S="u8)
        ) { }
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
