using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// A recipient that Postfix itself did not take, of a message that has others: <c>reject: RCPT from name[address]: 550 5.1.1 &lt;x&gt;: Recipient address
/// rejected: User unknown in local recipient table; from=… to=…</c> (smtpd_check.c). What is refused for now, 4xx, is no unknown recipient.
/// </summary>
internal static class PostfixRefusals
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (!QueueKey.TryRead(id, out var key) || !queue.TryGet(key, out var mail) || mail.Owner != MailOwner.Account)
            return LineResult.Nothing;
        var reply = text.IndexOf("]: "u8);
        if (reply < 0)
            return LineResult.Nothing;
        text = text[(reply + 3)..];
        // The recipient is whatever its client wrote: what Postfix says of it follows.
        var code = UnknownRecipients.CodeIn(text[..Math.Min(text.Length, 16)]);
        var said = text.IndexOf(">: "u8) is var mark and >= 0 ? text[(mark + 3)..] : [];
        if (text.Length == 0 || text[0] != (byte)'5' || !UnknownRecipients.Says(code, said.IndexOf("; from=<"u8) is var end and >= 0 ? said[..end] : said))
            return LineResult.Nothing;
        return queue.Fate(at, mail, DeliveryOutcome.UnknownRecipient, 1, id, sink) ? LineResult.Observed : LineResult.Nothing;
    }
}
