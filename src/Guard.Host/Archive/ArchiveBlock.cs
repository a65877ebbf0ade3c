using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using Guard.Messages.Wire;

namespace Guard.Host.Archive;

/// <summary>
/// One block in a file: a mark, the lengths of header and body, a check sum over both, header, body. A block that a crash cut off, or that is damaged, is found
/// by its check sum.
/// </summary>
internal static class ArchiveBlock
{
    public const int PrefixLength = 16;
    private const uint Mark = 0x4147_4231;
    private const int LongestHeader = 4 << 20;
    private const int LongestBody = 64 << 20;

    public static byte[] Write(ArchiveHeaderRecord header, byte[] plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out var length, quality: 4, window: 20))
            throw new InvalidOperationException("a compressed block did not fit its bound");
        header.Body = length;
        header.Plain = plain.Length;
        var head = header.ToByteArray();
        var block = new byte[PrefixLength + head.Length + length];
        BinaryPrimitives.WriteUInt32LittleEndian(block, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(8), length);
        head.CopyTo(block, PrefixLength);
        packed.AsSpan(0, length).CopyTo(block.AsSpan(PrefixLength + head.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), CheckOf(block.AsSpan(PrefixLength)));
        return block;
    }

    private static uint CheckOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(bytes));

    /// <summary>The heads of a file's blocks, from a place on. Each time the stream stands before the body.</summary>
    public static IEnumerable<BlockHead> Heads(Stream stream, long from)
    {
        stream.Seek(from, SeekOrigin.Begin);
        while (ReadHead(stream) is { } block)
        {
            yield return block;
            stream.Seek(block.End, SeekOrigin.Begin);
        }
    }

    /// <summary>The next block's head; null at the end, or where the file is damaged.</summary>
    public static BlockHead? ReadHead(Stream stream)
    {
        var prefix = new byte[PrefixLength];
        var at = stream.Position;
        if (stream.ReadAtLeast(prefix, PrefixLength, throwOnEndOfStream: false) < PrefixLength || BinaryPrimitives.ReadUInt32LittleEndian(prefix) != Mark)
            return null;
        var (headLength, bodyLength) = (BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(8)));
        if (headLength is <= 0 or > LongestHeader || bodyLength is < 0 or > LongestBody || at + PrefixLength + headLength + bodyLength > stream.Length)
            return null;
        var head = new byte[headLength];
        stream.ReadExactly(head);
        try
        {
            var header = ArchiveHeaderRecord.Parser.ParseFrom(head);
            return header.Body == bodyLength
                ? new BlockHead(header, at, stream.Position, BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(12)), head)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>A block as it is in the file.</summary>
    public static byte[] ReadWhole(Stream stream, BlockHead block)
    {
        var whole = new byte[block.End - block.At];
        stream.Seek(block.At, SeekOrigin.Begin);
        stream.ReadExactly(whole);
        return whole;
    }

    /// <summary>The body behind a head; null when it is damaged.</summary>
    public static ArchiveBodyRecord? ReadBody(Stream stream, BlockHead block)
    {
        var packed = new byte[block.Header.Body];
        stream.ReadExactly(packed);
        if (CheckOf([.. block.Bytes, .. packed]) != block.Check || block.Header.Plain is < 0 or > LongestBody)
            return null;
        var plain = new byte[block.Header.Plain];
        if (!BrotliDecoder.TryDecompress(packed, plain, out var length) || length != plain.Length)
            return null;
        try
        {
            return ArchiveBodyRecord.Parser.ParseFrom(plain);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
