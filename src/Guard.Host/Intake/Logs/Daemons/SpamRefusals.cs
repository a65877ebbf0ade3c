using System.Text;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Whether a final refusal says that the mail was taken for spam, or its sender for a source of it. Servers say so in words, and never alike.</summary>
internal static class SpamRefusals
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
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
            "phish",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private const int Longest = 2048;

    /// <param name="text">What the server said.</param>
    public static bool Says(ReadOnlySpan<byte> text)
    {
        Span<byte> lower = stackalloc byte[Math.Min(text.Length, Longest)];
        for (var i = 0; i < lower.Length; i++)
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        foreach (var word in Words)
        {
            if (lower.IndexOf(word) >= 0)
                return true;
        }
        return false;
    }
}
