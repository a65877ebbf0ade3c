using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// Why a recipient was given up: <c>… R=router T=transport H=host [address]: SMTP error from remote mail server after RCPT TO:&lt;address&gt;: 550 text</c>, or
/// Exim's own words behind the fields. What the server said counts, not the recipient that is repeated in front of it.
/// </summary>
internal static class EximRefusals
{
    public static DeliveryOutcome Outcome(ReadOnlySpan<byte> text)
    {
        var reason = Reason(text);
        if (reason.Length > 3 && reason[0] == '4' && char.IsAsciiDigit((char)reason[1]))
            return DeliveryOutcome.Bounced;
        return UnknownRecipients.Says(UnknownRecipients.CodeIn(reason), reason) ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Bounced;
    }

    private static ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> text)
    {
        // The fields have no ": " of their own, but for text in quotes.
        var start = IndexOfColon(text);
        if (start < 0)
            return text;
        var reason = text[(start + 2)..];
        var after = reason.IndexOf(" after "u8);
        if (!reason.StartsWith("SMTP error from remote "u8) || after < 0)
            return reason;
        var command = reason[(after + 7)..];
        foreach (var prefix in Prefixes)
        {
            if (ByteText.Skip(ref command, prefix))
                MailAddressText.TakeBracketed(ref command, out _);
        }
        var end = command.IndexOf(": "u8);
        if (end < 0)
            return reason;
        var said = command[(end + 2)..];
        // Before 4.88 the host stood behind the command.
        if (said.StartsWith("host "u8) && said.IndexOf("]: "u8) is var host and > 0)
            said = said[(host + 3)..];
        return said;
    }

    private static readonly byte[][] Prefixes =
    [
        "RCPT TO:"u8.ToArray(),
        "MAIL FROM:"u8.ToArray(),
        "pipelined RCPT TO:"u8.ToArray(),
        "pipelined MAIL FROM:"u8.ToArray(),
    ];

    private static int IndexOfColon(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            else if (!quoted && text[i] == ':' && text[i + 1] == ' ')
                return i;
        }
        return -1;
    }
}
