using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Pure-FTPd: <c>(?@192.0.2.7) [INFO] anna is now logged in</c> and <c>(?@192.0.2.7) [WARNING] Authentication failed for user [anna]</c>. In front of the
/// address stands the account once there is one; an IPv6 address has its colons as underscores.
/// </summary>
internal sealed class PureFtpdParser : StatelessParser
{
    public override string Name => "pure-ftpd";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("pure-ftpd"u8)
        || program.SequenceEqual("pure-ftpd-mysql"u8)
        || program.SequenceEqual("pure-ftpd-postgresql"u8)
        || program.SequenceEqual("pure-ftpd-ldap"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (PamFailure.Is(text) || !ByteText.Skip(ref text, "("u8))
            return LineResult.Nothing;
        if (!ByteText.TakeUntil(ref text, ") ["u8, out var peer) || !ByteText.TakeUntil(ref text, "] "u8, out var level))
            return LineResult.Unknown;
        var at = peer.LastIndexOf((byte)'@');
        if (at < 0)
            return LineResult.Unknown;
        // With reverse look-ups on, a name stands for the address: the login counts, its place is not known.
        var address = AddressOf(peer[(at + 1)..]);
        text = text.TrimEnd((byte)' ');
        // Somebody who is logged in already may have a path or a command in the rest.
        if (level.SequenceEqual("INFO"u8) && text.EndsWith(" is now logged in"u8) && (peer[..at].SequenceEqual("?"u8) || peer[..at].SequenceEqual(text[..^17])))
            return Told(sink.Login(line.At, text[..^17], address, Service.Ftp, LoginOutcome.Succeeded));
        if (level.SequenceEqual("WARNING"u8) && ByteText.Skip(ref text, "Authentication failed for user ["u8) && text.EndsWith("]"u8))
            return Told(sink.Failure(line.At, text[..^1], address, Service.Ftp, LoginOutcome.WrongPassword));
        return LineResult.Nothing;
    }

    private static NetworkAddress AddressOf(ReadOnlySpan<byte> host)
    {
        if (NetworkAddress.TryParse(host, out var address) || host.Length > 45 || host.IndexOf((byte)'_') < 0)
            return address;
        Span<byte> colons = stackalloc byte[host.Length];
        host.CopyTo(colons);
        colons.Replace((byte)'_', (byte)':');
        NetworkAddress.TryParse(colons, out address);
        return address;
    }
}
