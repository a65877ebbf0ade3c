using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Guard.Messages.Places;

/// <summary>
/// An IPv4 or IPv6 address as a small value. IPv4-mapped IPv6 (<c>::ffff:a.b.c.d</c>, RFC 4291 section 2.5.5.2) is IPv4.
/// The default value is "no address".
/// </summary>
public readonly record struct NetworkAddress
{
    private readonly byte _family;

    private NetworkAddress(byte family, UInt128 bits)
    {
        _family = family;
        Bits = bits;
    }

    /// <summary>The address as a number: 32 significant bits for IPv4, 128 for IPv6.</summary>
    public UInt128 Bits { get; }

    public bool IsNone => _family == 0;

    public bool IsIPv4 => _family == 4;

    public bool IsIPv6 => _family == 6;

    public static NetworkAddress FromIPv4(uint bits) => new(4, bits);

    public static NetworkAddress FromIPv6(UInt128 bits) => (bits >> 32) == 0xFFFF ? new(4, (uint)bits) : new(6, bits);

    /// <summary>Reads the 4 or 16 bytes of an address in network order; any other length is "no address".</summary>
    public static NetworkAddress FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length switch
        {
            4 => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
            16 => FromIPv6(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
            _ => default,
        };

    public static NetworkAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) ? FromBytes(bytes[..length]) : default;
    }

    /// <summary>
    /// Parses a strict textual address: dotted quad of four decimal parts, or RFC 4291 text. No zone, port, brackets or short forms.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        if (text.IsEmpty || text.Length > 45)
            return false;
        if (text.IndexOf((byte)':') < 0)
            return TryParseIPv4(text, out address);
        Span<char> chars = stackalloc char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!(char.IsAsciiHexDigit((char)c) || c is (byte)':' or (byte)'.'))
                return false;
            chars[i] = (char)c;
        }
        if (!IPAddress.TryParse(chars, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        address = From(parsed);
        return true;
    }

    public static bool TryParse(string? text, out NetworkAddress address)
    {
        address = default;
        if (text is null || text.Length > 45)
            return false;
        Span<byte> bytes = stackalloc byte[text.Length * 3];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        return TryParse(bytes[..length], out address);
    }

    public static NetworkAddress Parse(string text) => TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        if (text.Length is < 7 or > 15)
            return false;
        uint bits = 0;
        var parts = 0;
        var digits = 0;
        uint part = 0;
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || parts == 3)
                    return false;
                bits = (bits << 8) | part;
                parts++;
                digits = 0;
                part = 0;
            }
            else if (c is >= (byte)'0' and <= (byte)'9')
            {
                part = part * 10 + (uint)(c - '0');
                if (++digits > 3 || part > 255)
                    return false;
            }
            else
            {
                return false;
            }
        }
        if (parts != 3 || digits == 0)
            return false;
        address = FromIPv4((bits << 8) | part);
        return true;
    }

    /// <summary>The address with all but the first <paramref name="length"/> bits cleared.</summary>
    public NetworkAddress Prefix(int length)
    {
        var width = IsIPv4 ? 32 : 128;
        if (IsNone || length >= width)
            return this;
        return new(_family, length <= 0 ? 0 : Bits >> (width - length) << (width - length));
    }

    /// <summary>The 4 or 16 bytes in network order; empty for "no address".</summary>
    public byte[] ToBytes()
    {
        if (IsNone)
            return [];
        var bytes = new byte[IsIPv4 ? 4 : 16];
        if (IsIPv4)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Bits);
        else
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return bytes;
    }

    public IPAddress ToIPAddress() => IsNone ? IPAddress.None : new IPAddress(ToBytes());

    public override string ToString() => IsNone ? "" : ToIPAddress().ToString();
}
