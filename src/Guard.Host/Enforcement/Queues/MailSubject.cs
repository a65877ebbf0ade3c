using System.Text;
using Guard.Messages.Identity;
using MimeKit.Utils;

namespace Guard.Host.Enforcement.Queues;

/// <summary>A queued mail's subject, out of its header: what a stranger wrote, decoded (RFC 2047), bounded and made showable.</summary>
internal static class MailSubject
{
    /// <summary>Characters that are shown.</summary>
    private const int MaxLength = 200;

    /// <summary>Characters of the header that are decoded.</summary>
    private const int MaxEncoded = 4000;

    /// <param name="header">The lines of a mail's header (RFC 5322), ended by LF or CR LF.</param>
    /// <returns>Empty where there is none.</returns>
    public static string Of(string header)
    {
        var folded = new StringBuilder();
        foreach (var line in header.AsSpan().EnumerateLines())
        {
            if (folded.Length > 0)
            {
                if (line.Length == 0 || line[0] is not (' ' or '\t') || folded.Length > MaxEncoded)
                    break;
                folded.Append(line);
            }
            else if (line.StartsWith("Subject:", StringComparison.OrdinalIgnoreCase))
                folded.Append(' ').Append(line["Subject:".Length..]);
            else if (line.Length == 0)
                break;
        }
        if (folded.Length == 0)
            return "";
        var encoded = folded.ToString(0, Math.Min(folded.Length, MaxEncoded)).Trim();
        return Bounded(Printable.Of(Rfc2047.DecodeText(Encoding.UTF8.GetBytes(encoded)).Trim()));
    }

    /// <summary>Cut between characters, never inside one.</summary>
    private static string Bounded(string text)
    {
        if (text.Length <= MaxLength)
            return text;
        var end = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
