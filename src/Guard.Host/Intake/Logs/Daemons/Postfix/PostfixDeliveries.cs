using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// <c>to=&lt;recipient&gt;, orig_to=&lt;recipient&gt;, relay=name[address]:port, conn_use=2, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (text)</c>
/// (log_adhoc.c).
/// The recipients are the sender's text: quoted as in the protocol since 3.5, before that as they are inside, so that what stands behind them is only
/// believed when the rest of the line can be read in one way. The text in parentheses is the other server's.
/// </summary>
internal static class PostfixDeliveries
{
    public static LineResult Parse(DateTimeOffset at, ReadOnlySpan<byte> id, UInt128 key, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (!TryFate(text, out var fate))
            return LineResult.Unknown;
        if (!queue.TryGet(key, out var mail))
            return LineResult.Nothing;
        var outcome = Outcome(fate);
        // A filter on the way: what becomes of the mail is told under the id that it handed it on with.
        if (outcome == DeliveryOutcome.Delivered && IsLocal(fate.Relay) && TryQueuedAs(fate.Text, out var next, out _) && queue.Link(at, mail, next, sink))
            return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
        return queue.Fate(at, mail, outcome, 1, id, sink, Recipient(text)) ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>The sender's text: a key of what was written to, and nothing is done with it but to compare.</summary>
    private static ReadOnlySpan<byte> Recipient(ReadOnlySpan<byte> text)
    {
        var rest = text["to="u8.Length..];
        return MailAddressText.TakeBracketed(ref rest, out var address) ? address : [];
    }

    private readonly ref struct Told(ReadOnlySpan<byte> relay, ReadOnlySpan<byte> code, ReadOnlySpan<byte> status, ReadOnlySpan<byte> text)
    {
        public ReadOnlySpan<byte> Relay { get; } = relay;

        public ReadOnlySpan<byte> Code { get; } = code;

        public ReadOnlySpan<byte> Status { get; } = status;

        public ReadOnlySpan<byte> Text { get; } = text;
    }

    private static bool TryFate(ReadOnlySpan<byte> text, out Told fate)
    {
        fate = default;
        var rest = text["to="u8.Length..];
        var quoted = rest.Length > 1 && rest[1] == '"';
        if (
            quoted
            && MailAddressText.TakeBracketed(ref rest, out _)
            && (!ByteText.Skip(ref rest, ", orig_to="u8) || MailAddressText.TakeBracketed(ref rest, out _))
            && ByteText.Skip(ref rest, ", "u8)
            && TryRest(rest, out fate)
        )
        {
            // Before 3.5 quotes are the sender's text as everything else in there: a second place behind them is as good as this one.
            return !HasRest(fate.Text);
        }
        // One place alone from which the rest reads as Postfix writes it: where there are two, somebody wrote one of them.
        rest = text;
        var found = false;
        for (var mark = rest.IndexOf(">, relay="u8); mark >= 0; mark = rest.IndexOf(">, relay="u8))
        {
            rest = rest[(mark + 3)..];
            if (!TryRest(rest, out var told))
                continue;
            if (found)
                return false;
            found = true;
            fate = told;
        }
        return found;
    }

    private static bool HasRest(ReadOnlySpan<byte> text)
    {
        for (var mark = text.IndexOf(">, relay="u8); mark >= 0; mark = text.IndexOf(">, relay="u8))
        {
            text = text[(mark + 3)..];
            if (TryRest(text, out _))
                return true;
        }
        return false;
    }

    private static bool TryRest(ReadOnlySpan<byte> text, out Told told)
    {
        told = default;
        if (
            !ByteText.Skip(ref text, "relay="u8)
            || !ByteText.TakeUntil(ref text, ", "u8, out var relay)
            || relay.IndexOfAny((byte)' ', (byte)'<', (byte)'>') >= 0
        )
            return false;
        if (ByteText.Skip(ref text, "conn_use="u8) && !(ByteText.TakeNumber(ref text, out _) && ByteText.Skip(ref text, ", "u8)))
            return false;
        if (!ByteText.Skip(ref text, "delay="u8) || !TakeNumbers(ref text) || !ByteText.Skip(ref text, ", "u8))
            return false;
        if (ByteText.Skip(ref text, "delays="u8) && !(TakeNumbers(ref text) && ByteText.Skip(ref text, ", "u8)))
            return false;
        ReadOnlySpan<byte> code = [];
        if (ByteText.Skip(ref text, "dsn="u8) && !ByteText.TakeUntil(ref text, ", "u8, out code))
            return false;
        if (code.ContainsAnyExceptInRange((byte)'.', (byte)'9') || !ByteText.Skip(ref text, "status="u8))
            return false;
        var word = text.IndexOf((byte)' ');
        var status = word < 0 ? text : text[..word];
        foreach (var c in status)
        {
            if (!char.IsAsciiLetter((char)c) && c != '-')
                return false;
        }
        told = new Told(relay, code, status, word < 0 ? [] : text[(word + 1)..]);
        return !status.IsEmpty;
    }

    /// <summary>Digits, dots and slashes: <c>0.02/0.02/0/0</c>.</summary>
    private static bool TakeNumbers(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'.', (byte)'9');
        if (end <= 0)
            return false;
        text = text[end..];
        return true;
    }

    /// <summary>Null for what is not final.</summary>
    private static DeliveryOutcome? Outcome(Told fate)
    {
        if (fate.Status.SequenceEqual("sent"u8))
            return DeliveryOutcome.Delivered;
        if (!fate.Status.SequenceEqual("bounced"u8))
            return null;
        return !fate.Code.StartsWith("4"u8) && UnknownRecipients.Says(fate.Code, fate.Text) ? DeliveryOutcome.UnknownRecipient
            : SpamRefusals.Says(fate.Text) ? DeliveryOutcome.RefusedAsSpam
            : DeliveryOutcome.Bounced;
    }

    /// <summary>Whether a filter may be what took it: on this machine or in a private network, over a socket or TCP.</summary>
    private static bool IsLocal(ReadOnlySpan<byte> relay)
    {
        var open = relay.IndexOf((byte)'[');
        if (open < 0)
            return false;
        var rest = relay[(open + 1)..];
        var close = rest.IndexOf((byte)']');
        if (close < 0)
            return false;
        return !NetworkAddress.TryParse(rest[..close], out var address) || MailQueue.IsNear(address);
    }

    /// <summary>The id behind the last <c>queued as</c> of a reply: filters repeat the reply that they got behind their own words.</summary>
    public static bool TryQueuedAs(ReadOnlySpan<byte> reply, out UInt128 key, out ReadOnlySpan<byte> id)
    {
        key = 0;
        if (!ByteText.LastBetween(reply, "queued as "u8, default, out id))
            return false;
        var end = 0;
        while (end < id.Length && char.IsAsciiLetterOrDigit((char)id[end]))
            end++;
        id = id[..end];
        return QueueKey.TryRead(id, out key);
    }
}
