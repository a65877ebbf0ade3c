using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// Reads Exim's account of a client: <c>host (helo) [address]:port I=[address]:port U=ident Ci=id</c> (host.c: host_and_ident). The host name is one that
/// DNS confirmed; HELO stands in parentheses and is the client's, with blanks and brackets where helo_accept_junk_hosts lets it (cPanel does).
/// </summary>
internal static class EximHost
{
    /// <summary>
    /// Takes the client when its address stands in the bracket at <paramref name="open"/>; then <paramref name="rest"/> is what follows behind its port.
    /// </summary>
    public static bool TryAt(ReadOnlySpan<byte> text, int open, out NetworkAddress address, out ReadOnlySpan<byte> rest)
    {
        address = default;
        rest = default;
        if (!IsBefore(text[..open]))
            return false;
        var inside = text[(open + 1)..];
        var close = inside[..Math.Min(inside.Length, 64)].IndexOf((byte)']');
        if (close < 0 || !ClientText.TryAddress(inside[..close], out address))
            return false;
        rest = inside[(close + 1)..];
        return ClientText.SkipPort(ref rest);
    }

    /// <summary>Skips <c> I=[address]:port</c>, <c> U=ident</c> and <c> Ci=id</c> where they stand.</summary>
    public static void SkipInterface(scoped ref ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith(" I=["u8))
        {
            var close = rest.IndexOf((byte)']');
            if (close < 0)
                return;
            rest = rest[(close + 1)..];
            ClientText.SkipPort(ref rest);
        }
        SkipWord(ref rest, " U="u8);
        SkipWord(ref rest, " Ci="u8);
    }

    /// <summary>Skips a field whose value has no blank.</summary>
    public static bool SkipWord(scoped ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> field)
    {
        if (!rest.StartsWith(field))
            return false;
        var value = rest[field.Length..];
        var end = value.IndexOf((byte)' ');
        if (end < 0)
            end = value.Length;
        // A colon that ends the client's account is not the value's.
        else if (end > 0 && value[end - 1] == ':')
            end--;
        rest = value[end..];
        return true;
    }

    /// <summary><c></c>, <c>host </c>, <c>(helo) </c> or <c>host (helo) </c>.</summary>
    private static bool IsBefore(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return true;
        if (text[^1] != ' ')
            return false;
        text = text[..^1];
        var open = text.IndexOf((byte)'(');
        if (open < 0)
            return ClientText.IsHostName(text);
        return text[^1] == ')' && (open == 0 || (text[open - 1] == ' ' && ClientText.IsHostName(text[..(open - 1)])));
    }
}
