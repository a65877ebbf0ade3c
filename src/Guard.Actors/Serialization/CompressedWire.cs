using System.IO.Compression;
using System.Runtime.Serialization;
using Google.Protobuf;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Compressed forms: what is written seldom and kept for every account there is.</summary>
internal static class CompressedWire
{
    /// <summary>Half of the work of the next quality for nearly the same size (bench/Decision size).</summary>
    private const int Quality = 1;

    /// <summary>Bits of the window: a state has a few kilobytes.</summary>
    private const int Window = 12;

    /// <summary>No state grows beyond this; more is damage.</summary>
    private const int MaxBytes = 1 << 20;

    public static CompressedRecord Write(IMessage message)
    {
        var plain = message.ToByteArray();
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed, out var length, Quality, Window))
            throw new InvalidOperationException("a compressed state did not fit its bound");
        return new CompressedRecord { Brotli = ByteString.CopyFrom(packed, 0, length) };
    }

    /// <exception cref="SerializationException">The bytes are damaged.</exception>
    public static byte[] Read(CompressedRecord record)
    {
        for (var size = 8192; size <= MaxBytes; size *= 4)
        {
            var plain = new byte[size];
            if (BrotliDecoder.TryDecompress(record.Brotli.Span, plain, out var length))
                return plain[..length];
        }
        throw new SerializationException("a compressed state is damaged");
    }
}
