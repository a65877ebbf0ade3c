using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Mail;

/// <summary>
/// Reads <c>name[address]</c> and <c>name[address]:port</c>. The name is the client's reverse DNS, which mail servers let through only as a host name, so
/// that the first bracket is theirs.
/// </summary>
internal static class ClientText
{
    /// <summary>Takes a client and moves behind it. An address that the server could not tell (<c>unknown[unknown]</c>) is no address.</summary>
    public static bool Take(scoped ref ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        var open = text.IndexOf((byte)'[');
        if (open < 0 || !IsHostName(text[..open]))
            return false;
        var rest = text[(open + 1)..];
        var close = rest.IndexOf((byte)']');
        if (close < 0)
            return false;
        var inside = rest[..close];
        if (!TryAddress(inside, out address) && !inside.SequenceEqual("unknown"u8))
            return false;
        text = rest[(close + 1)..];
        return SkipPort(ref text);
    }

    /// <summary>An address, also as <c>IPv6:2001:db8::7</c> and with a zone.</summary>
    public static bool TryAddress(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        ByteText.Skip(ref text, "IPv6:"u8);
        var zone = text.IndexOf((byte)'%');
        return NetworkAddress.TryParse(zone < 0 ? text : text[..zone], out address);
    }

    /// <summary>Skips <c>:port</c> where it stands; false when a colon is followed by no number and no blank.</summary>
    public static bool SkipPort(scoped ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != ':' || text[1] == ' ')
            return true;
        var rest = text[1..];
        if (!ByteText.TakeNumber(ref rest, out _))
            return ByteText.Skip(ref rest, "unknown"u8) && Moved(ref text, rest);
        return Moved(ref text, rest);
    }

    public static bool IsHostName(ReadOnlySpan<byte> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'.' or (byte)'-' or (byte)'_'))
                return false;
        }
        return true;
    }

    private static bool Moved(scoped ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> rest)
    {
        text = rest;
        return true;
    }
}
