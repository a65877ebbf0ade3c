namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Whether a refusal says that the recipient does not exist, or that its domain does not. Status codes say so (RFC 3463: 5.1.1, 5.1.2, 5.1.3, 5.1.10) where a
/// server uses them well; large providers say it in words only. Full, closed to strangers or taken for spam is something else.
/// </summary>
internal static class UnknownRecipients
{
    private static readonly ReplyWords Words = new(
        "user unknown",
        "unknown user",
        "no such user",
        "no such recipient",
        "no such mailbox",
        "no such address",
        "user not found",
        "mailbox not found",
        "recipient not found",
        "address not found",
        "does not exist",
        "doesn't exist",
        "doesn't have a",
        "mailbox unavailable",
        "invalid recipient",
        "recipient unknown",
        "unknown recipient",
        "unknown mailbox",
        "unknown address",
        "unrouteable address",
        "unroutable address",
        "recipient address rejected: access denied",
        "host or domain name not found",
        "host not found",
        "host unknown",
        "domain not found",
        "null mx"
    );

    /// <param name="code">The status code, or empty.</param>
    /// <param name="text">What the server said.</param>
    public static bool Says(ReadOnlySpan<byte> code, ReadOnlySpan<byte> text) =>
        code.SequenceEqual("5.1.1"u8) || code.SequenceEqual("5.1.2"u8) || code.SequenceEqual("5.1.3"u8) || code.SequenceEqual("5.1.10"u8) || Words.AreIn(text);

    /// <summary>The first enhanced code behind a reply of three digits, such as 5.1.1 in <c>550 5.1.1 …</c> or <c>550-5.1.1 …</c>; empty when there is
    /// none.</summary>
    public static ReadOnlySpan<byte> CodeIn(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i + 8 < text.Length; i++)
        {
            if (
                text[i] != (byte)'5'
                || !IsDigit(text[i + 1])
                || !IsDigit(text[i + 2])
                || text[i + 3] is not ((byte)' ' or (byte)'-')
                || text[i + 4] != (byte)'5'
                || text[i + 5] != (byte)'.'
            )
                continue;
            var rest = text[(i + 4)..];
            var end = 0;
            while (end < rest.Length && (IsDigit(rest[end]) || rest[end] == (byte)'.'))
                end++;
            return rest[..end];
        }
        return [];
    }

    private static bool IsDigit(byte c) => c is >= (byte)'0' and <= (byte)'9';
}
