using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// <c>pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=anna rhost=192.0.2.7  user=anna</c> (Linux-PAM, pam_unix/support.c);
/// before 0.99 <c>(pam_unix) authentication failure; …</c>.
/// </summary>
/// <remarks>
/// <c>ruser</c> and <c>user</c> are the client's text, unquoted, and <c>rhost</c> a word between them. Where the line can be cut in several ways the one
/// counts in which both names are the same, as programs without a remote user set them; else nothing is believed.
/// </remarks>
internal readonly ref struct PamFailure
{
    private PamFailure(ReadOnlySpan<byte> user, NetworkAddress address)
    {
        User = user;
        Address = address;
    }

    public ReadOnlySpan<byte> User { get; }

    /// <summary>None when PAM has the host's name instead.</summary>
    public NetworkAddress Address { get; }

    public static bool Is(ReadOnlySpan<byte> text) =>
        (text.StartsWith("pam_"u8) || text.StartsWith("(pam_"u8)) && text[..Math.Min(text.Length, 80)].IndexOf(" authentication failure; "u8) > 0;

    /// <summary>With the host where the user is, as programs of a network set it.</summary>
    public static bool IsFromElsewhere(ReadOnlySpan<byte> text) =>
        Is(text) && text.IndexOf(" rhost="u8) is > 0 and var at && at + 7 < text.Length && text[at + 7] != ' ';

    public static bool TryRead(ReadOnlySpan<byte> text, out PamFailure failure)
    {
        failure = default;
        // The names come behind what the server sets alone.
        if (!ByteText.TakeUntil(ref text, " authentication failure; "u8, out _) || !ByteText.TakeUntil(ref text, " ruser="u8, out _))
            return false;
        var found = 0;
        var same = 0;
        ReadOnlySpan<byte> name = default;
        NetworkAddress host = default;
        for (var from = 0; from <= text.Length && text[from..].IndexOf("rhost="u8) is >= 0 and var at; from += at + 6)
        {
            var start = from + at;
            if (start > 0 && text[start - 1] != ' ')
                continue;
            var remote = start > 0 ? text[..(start - 1)] : default;
            if (!TryHost(text[(start + 6)..], out var user, out var address))
                continue;
            found++;
            var agree = !user.IsEmpty && user.SequenceEqual(remote);
            if (agree)
                same++;
            if (!agree && same > 0)
                continue;
            name = user.IsEmpty ? remote : user;
            host = address;
        }
        failure = new PamFailure(name, host);
        return found == 1 || same == 1;
    }

    private static bool TryHost(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out NetworkAddress address)
    {
        user = default;
        var end = text.IndexOf((byte)' ');
        var host = end < 0 ? text : text[..end];
        var rest = text[host.Length..].TrimStart((byte)' ');
        NetworkAddress.TryParse(host, out address);
        if (ByteText.Skip(ref rest, "user="u8))
            user = rest;
        else if (!rest.IsEmpty)
            return false;
        return true;
    }
}
