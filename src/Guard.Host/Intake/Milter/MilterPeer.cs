using System.Buffers.Binary;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Milter;

/// <summary>The SMTP client of a session (SMFIC_CONNECT).</summary>
/// <param name="HostName">By reverse DNS, or the address in brackets.</param>
/// <param name="Address">"No address" for a client on a Unix socket, and when the server does not know it.</param>
public sealed record MilterPeer(string HostName, NetworkAddress Address, int Port)
{
    private const string IPv6Prefix = "IPv6:";

    internal static MilterPeer Read(ReadOnlySpan<byte> data)
    {
        var host = MilterStrings.Take(ref data);
        if (data.IsEmpty)
            throw new MilterProtocolException("a connection without a family");
        var family = (char)data[0];
        data = data[1..];
        if (family == 'U')
            return new MilterPeer(host, default, 0);
        if (family is not ('4' or '6' or 'L') || data.Length < 2)
            throw new MilterProtocolException("a connection of no known family");
        var port = BinaryPrimitives.ReadUInt16BigEndian(data);
        data = data[2..];
        var text = MilterStrings.Take(ref data);
        if (family == 'L')
            return new MilterPeer(host, default, 0);
        // Sendmail writes the prefix of RFC 5321 section 4.1.3.
        if (text.StartsWith(IPv6Prefix, StringComparison.OrdinalIgnoreCase))
            text = text[IPv6Prefix.Length..];
        return new MilterPeer(host, NetworkAddress.TryParse(text, out var address) ? address : default, port);
    }
}
