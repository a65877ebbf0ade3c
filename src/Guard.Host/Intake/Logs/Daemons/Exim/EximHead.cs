using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// The middle of an arrival's line, between the sender and the login: <c>H=host (helo) [address]:port I=[address]:port U=ident P=esmtpsa L X=cipher CV=no
/// DN="subject" SNI="name"</c>, or <c>U=user P=local</c>. HELO, certificate and server name are the client's and not quoted safely: a line that reads in
/// two ways has no sure address.
/// </summary>
internal readonly ref struct EximHead
{
    private EximHead(bool local, ReadOnlySpan<byte> user, NetworkAddress address)
    {
        IsLocal = local;
        User = user;
        Address = address;
    }

    /// <summary>Handed in by a local process.</summary>
    public bool IsLocal { get; }

    /// <summary>The system user of a local process.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>No address when the line reads in two ways.</summary>
    public NetworkAddress Address { get; }

    public static bool TryRead(ReadOnlySpan<byte> text, out EximHead head)
    {
        head = default;
        ByteText.Skip(ref text, " DS"u8);
        if (ByteText.Skip(ref text, " H="u8))
            return TryClient(text, out head);
        if (!ByteText.Skip(ref text, " U="u8))
            return false;
        var protocol = text.LastIndexOf(" P="u8);
        if (protocol <= 0 || text[..protocol].Contains((byte)' '))
            return false;
        head = new EximHead(true, text[..protocol], default);
        return true;
    }

    private static bool TryClient(ReadOnlySpan<byte> text, out EximHead head)
    {
        var found = false;
        NetworkAddress address = default;
        for (var open = text.IndexOf((byte)'['); open >= 0; open = Next(text, open))
        {
            if (!EximHost.TryAt(text, open, out var here, out var rest) || !IsRest(rest))
                continue;
            if (found && here != address)
            {
                head = new EximHead(false, default, default);
                return true;
            }
            (found, address) = (true, here);
        }
        head = new EximHead(false, default, address);
        return found;
    }

    private static int Next(ReadOnlySpan<byte> text, int open)
    {
        var next = text[(open + 1)..].IndexOf((byte)'[');
        return next < 0 ? -1 : open + 1 + next;
    }

    /// <summary>Whether what stands behind the client reads up to its end.</summary>
    private static bool IsRest(ReadOnlySpan<byte> rest)
    {
        EximHost.SkipInterface(ref rest);
        EximHost.SkipWord(ref rest, " TFO"u8);
        EximHost.SkipWord(ref rest, " U="u8);
        EximHost.SkipWord(ref rest, " P="u8);
        EximHost.SkipWord(ref rest, " L"u8);
        EximHost.SkipWord(ref rest, " X="u8);
        EximHost.SkipWord(ref rest, " CV="u8);
        if (rest.StartsWith(" DN=\""u8))
            return rest.Length > 5 && rest[^1] == '"';
        return rest.IsEmpty || (rest.StartsWith(" SNI=\""u8) && rest.Length > 6 && rest[^1] == '"');
    }
}
