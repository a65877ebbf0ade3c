using System.Buffers.Binary;
using System.Text;

namespace Guard.Host.Tests.Milter;

/// <summary>Packets as a mail server writes them.</summary>
internal static class Packets
{
    /// <summary>Postfix offers everything of version 6.</summary>
    public static readonly byte[] Offer = Packet('O', Number(6), Number(0x1FF), Number(0x1FFFFF));

    public static readonly byte[] Connect = Packet('C', Text("host.example.net\04"), Number16(36770), Text("203.0.113.53\0"));

    public static byte[] Packet(char command, params ReadOnlySpan<byte[]> parts)
    {
        var data = new List<byte> { (byte)command };
        foreach (var part in parts)
            data.AddRange(part);
        return [.. Number((uint)data.Count), .. data];
    }

    public static byte[] Packet(char command, string text) => Packet(command, Text(text));

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    public static byte[] Number16(ushort number) => [(byte)(number >> 8), (byte)number];
}
