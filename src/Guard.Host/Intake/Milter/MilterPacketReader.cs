using System.Buffers;
using System.Buffers.Binary;

namespace Guard.Host.Intake.Milter;

/// <summary>
/// Cuts the bytes into packets: a length of 4 bytes in network order that counts the command byte and the data behind it (milter protocol 2 to 6).
/// </summary>
public static class MilterPacketReader
{
    /// <summary>Body chunks are at most 65,535 bytes unless a milter asks for more, and this one asks for none at all.</summary>
    public const int LongestPacket = 128 * 1024;

    /// <summary>Takes one complete packet off <paramref name="bytes"/>; what is left is to be offered again with more behind it.</summary>
    /// <exception cref="MilterProtocolException">The length is none that a mail server sends.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> bytes, out MilterCommand command, out ReadOnlySequence<byte> data)
    {
        command = default;
        data = default;
        if (bytes.Length < 4)
            return false;
        Span<byte> head = stackalloc byte[4];
        bytes.Slice(0, 4).CopyTo(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length is 0 or > LongestPacket)
            throw new MilterProtocolException($"a packet of {length} bytes");
        if (bytes.Length < 4 + length)
            return false;
        command = (MilterCommand)bytes.Slice(4, 1).FirstSpan[0];
        data = bytes.Slice(5, length - 1);
        bytes = bytes.Slice(4 + length);
        return true;
    }
}
