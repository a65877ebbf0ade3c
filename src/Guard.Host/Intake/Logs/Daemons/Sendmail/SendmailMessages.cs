using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// <c>from=&lt;sender&gt;, size=265, class=0, nrcpts=2, msgid=&lt;x@y&gt;, proto=ESMTPA, daemon=MSA, relay=host [address]</c> (envelope.c: logsender). Sender
/// and message id are the client's; the numbers follow the sender, the relay stands last.
/// </summary>
internal static class SendmailMessages
{
    private const int MaxRecipients = 1_000_000;

    public static LineResult Parse(
        in LogLine line,
        ReadOnlySpan<byte> id,
        UInt128 key,
        ReadOnlySpan<byte> text,
        SendmailConnections connections,
        SenderRules senders,
        MailQueue queue,
        ObservationSink sink
    )
    {
        if (!TryNumbers(text, out var size, out var recipients))
            return LineResult.Unknown;
        var last = text.LastIndexOf(", relay="u8);
        if (last < 0)
            return LineResult.Unknown;
        if (recipients == 0)
            return LineResult.Nothing;
        var relay = text[(last + ", relay=".Length)..];
        var clean = SendmailRelay.TryAddress(relay, out var address);
        QueuedMail mail;
        if (connections.TryGet(line.Pid, out var connection) && !connection.User.IsNone && (!clean || address == connection.Address))
            mail = queue.Own(key, connection.User, connection.Address, id);
        else if (clean)
            mail = queue.TryGet(key, out var known) ? known : queue.Arrive(key, address, id, sink);
        else if (SendmailRelay.TryLocal(relay, out var user))
            mail = queue.ArriveFrom(key, senders.OfUser(user), id, sink);
        else
            return LineResult.Nothing;
        queue.Sized(line.At, mail, (int)Math.Min(recipients, MaxRecipients), size, sink, Sender(text));
        return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>The numbers behind the sender, whose quotes may hold others; one so long that it was shortened in the middle has no sure end, and the most
    /// counts.</summary>
    private static bool TryNumbers(ReadOnlySpan<byte> text, out long size, out long recipients)
    {
        size = recipients = -1;
        var rest = text;
        var bracketed = text.Length > 0 && text[0] == '<';
        if (bracketed && MailAddressText.TakeBracketed(ref rest, out var sender) && sender.Length < ShortenedFrom)
            return TryFields(rest, out size, out recipients);
        for (var mark = text.IndexOf(", size="u8); mark >= 0; mark = Next(text, mark))
        {
            if (TryFields(text[mark..], out var here, out var count) && count > recipients)
                (size, recipients) = (here, count);
        }
        return recipients >= 0;
    }

    /// <summary>For those who look how a line was read.</summary>
    private static ReadOnlySpan<byte> Sender(ReadOnlySpan<byte> text)
    {
        var rest = text;
        if (MailAddressText.TakeBracketed(ref rest, out var sender))
            return sender;
        var end = text.IndexOf(", size="u8);
        return end < 0 ? [] : text[..end];
    }

    private const int ShortenedFrom = 190;

    private static bool TryFields(ReadOnlySpan<byte> rest, out long size, out long recipients)
    {
        recipients = -1;
        size = 0;
        if (!ByteText.Skip(ref rest, ", size="u8) || !ByteText.TakeNumber(ref rest, out size) || !ByteText.Skip(ref rest, ", class="u8))
            return false;
        ByteText.Skip(ref rest, "-"u8);
        if (!ByteText.TakeNumber(ref rest, out _))
            return false;
        if (ByteText.Skip(ref rest, ", pri="u8) && !ByteText.TakeNumber(ref rest, out _))
            return false;
        return ByteText.Skip(ref rest, ", nrcpts="u8) && ByteText.TakeNumber(ref rest, out recipients);
    }

    private static int Next(ReadOnlySpan<byte> text, int mark)
    {
        var next = text[(mark + 1)..].IndexOf(", size="u8);
        return next < 0 ? -1 : mark + 1 + next;
    }
}
