using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// <c>to=&lt;a@b&gt;,&lt;c@d&gt;, ctladdr=&lt;sender&gt; (uid/gid), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=60265, relay=host [address], dsn=2.0.0,
/// stat=Sent (text)</c>
/// (deliver.c: logdelivery). Recipients and ctladdr are the sender's text and end outside quotes; the text of stat, and reply in front of it, is the other
/// server's.
/// </summary>
internal static class SendmailDeliveries
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> id, UInt128 key, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (!TryRecipients(ref text, out var recipients))
            return LineResult.Unknown;
        if (!TryFields(text, out var relay, out var code, out var reason))
            return LineResult.Unknown;
        if (!queue.TryGet(key, out var mail))
            return LineResult.Nothing;
        var outcome = Outcome(code, reason);
        if (
            outcome == DeliveryOutcome.Delivered
            && SendmailRelay.TryAddress(relay, out var address)
            && MailQueue.IsNear(address)
            && TryHandedOn(reason, out var next)
            && queue.Link(at, mail, next, sink)
        )
        {
            return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
        }
        return queue.Fate(at, mail, outcome, recipients, id, sink) ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>Takes the list, whose addresses follow each other without a blank, and the controlling address where it stands.</summary>
    private static bool TryRecipients(scoped ref ReadOnlySpan<byte> text, out int recipients)
    {
        recipients = 1;
        while (true)
        {
            var end = MailAddressText.EndOutsideQuotes(text, (byte)',');
            if (end < 0 || end + 1 >= text.Length)
                return false;
            text = text[(end + 1)..];
            if (text[0] == ' ')
                break;
            recipients++;
        }
        if (!ByteText.Skip(ref text, " ctladdr="u8))
            return true;
        var control = MailAddressText.EndOutsideQuotes(text, (byte)',');
        if (control < 0 || control == text.Length)
            return false;
        text = text[(control + 1)..];
        return true;
    }

    private static bool TryFields(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> relay, out ReadOnlySpan<byte> code, out ReadOnlySpan<byte> reason)
    {
        relay = code = reason = default;
        if (!ByteText.Skip(ref text, " delay="u8) || !TakeValue(ref text, out _))
            return false;
        if (ByteText.Skip(ref text, " xdelay="u8) && !TakeValue(ref text, out _))
            return false;
        if (ByteText.Skip(ref text, " mailer="u8) && !TakeValue(ref text, out _))
            return false;
        if (ByteText.Skip(ref text, " pri="u8) && !TakeValue(ref text, out _))
            return false;
        while (text.StartsWith(" tls_verify="u8) || text.StartsWith(" quarantine="u8))
        {
            if (!TakeValue(ref text, out _))
                return false;
        }
        if (ByteText.Skip(ref text, " relay="u8) && !TakeValue(ref text, out relay))
            return false;
        if (ByteText.Skip(ref text, " dsn="u8) && !TakeValue(ref text, out code))
            return false;
        if (ByteText.Skip(ref text, " reply="u8))
        {
            // Where it ends only the other server knows; the code in front of it says what became of the mail.
            reason = text;
            return code.Length > 0;
        }
        if (!ByteText.Skip(ref text, " stat="u8))
            return false;
        reason = text;
        return true;
    }

    private static bool TakeValue(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value) => ByteText.TakeUntil(ref text, ","u8, out value);

    /// <summary>Null for what is not final.</summary>
    private static DeliveryOutcome? Outcome(ReadOnlySpan<byte> code, ReadOnlySpan<byte> reason)
    {
        if (code.IsEmpty ? reason.StartsWith("Sent"u8) : code[0] == '2' && !reason.StartsWith("queued"u8))
            return DeliveryOutcome.Delivered;
        if (code.Length > 0 && code[0] == '5')
            return UnknownRecipients.Says(code, reason) ? DeliveryOutcome.UnknownRecipient
                : SpamRefusals.Says(reason) ? DeliveryOutcome.RefusedAsSpam
                : DeliveryOutcome.Bounced;
        return code.IsEmpty && reason.StartsWith("User unknown"u8) ? DeliveryOutcome.UnknownRecipient : null;
    }

    /// <summary><c>Sent (7AO2BW031825 Message accepted for delivery)</c>: the daemon's id for what the submission program handed it; filters say <c>queued
    /// as</c>.</summary>
    private static bool TryHandedOn(ReadOnlySpan<byte> reason, out UInt128 key)
    {
        key = 0;
        ByteText.LastBetween(reason, "queued as "u8, default, out var id);
        if (id.IsEmpty)
        {
            var accepted = reason.IndexOf(" Message accepted for delivery"u8);
            if (accepted < 0)
                return false;
            id = reason[..accepted];
            id = id[(id.LastIndexOfAny((byte)'(', (byte)' ') + 1)..];
        }
        var end = 0;
        while (end < id.Length && char.IsAsciiLetterOrDigit((char)id[end]))
            end++;
        return QueueKey.TryRead(id[..end], out key);
    }
}
