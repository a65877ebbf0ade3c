namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Whether a final refusal says that the mail was taken for spam, or its sender for a source of it. Servers say so in words, and never alike.</summary>
internal static class SpamRefusals
{
    private static readonly ReplyWords Words = new(
        "spam",
        "junk",
        "unsolicited",
        "bulk mail",
        "blacklist",
        "blocklist",
        "block list",
        "black list",
        "dnsbl",
        "rbl",
        "listed at",
        "listed by",
        "listed in",
        "poor reputation",
        "bad reputation",
        "low reputation",
        "phish"
    );

    /// <param name="text">What the server said.</param>
    public static bool Says(ReadOnlySpan<byte> text) => Words.AreIn(text);
}
