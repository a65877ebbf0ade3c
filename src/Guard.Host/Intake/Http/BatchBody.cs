using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Intake.Http;

/// <summary>A body of lines, whole, unpacked and within its limits.</summary>
internal sealed class BatchBody
{
    private readonly ReadOnlyMemory<byte> _text;

    private BatchBody(ReadOnlyMemory<byte> text) => _text = text;

    /// <summary>SHA-256 of the lines.</summary>
    public byte[] Digest => SHA256.HashData(_text.Span);

    /// <exception cref="ApiRefusedException">It is packed in an unknown way, damaged, or too long.</exception>
    public static async Task<BatchBody> ReadAsync(Stream body, string encoding, int longest, CancellationToken cancel)
    {
        if (encoding.Trim().ToLowerInvariant() is not ("" or "identity" or "gzip" or "x-gzip"))
            throw new ApiRefusedException(StatusCodes.Status415UnsupportedMediaType, "the Content-Encoding must be gzip or none");
        if (!encoding.Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return new BatchBody(await ReadAllAsync(body, longest, cancel).ConfigureAwait(false));
        await using var unpacked = new GZipStream(body, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            // Told by the unpacked length: a small body may unpack to anything.
            return new BatchBody(await ReadAllAsync(unpacked, longest, cancel).ConfigureAwait(false));
        }
        catch (InvalidDataException)
        {
            throw new ApiRefusedException(StatusCodes.Status400BadRequest, "the body is not what gzip packed");
        }
    }

    /// <exception cref="ApiRefusedException">There is more.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream body, int longest, CancellationToken cancel)
    {
        var text = new byte[Math.Min(longest + 1, 16 * 1024)];
        var length = 0;
        while (await body.ReadAsync(text.AsMemory(length), cancel).ConfigureAwait(false) is var read and > 0)
        {
            length += read;
            if (length > longest)
                throw new ApiRefusedException(StatusCodes.Status413PayloadTooLarge, $"the body is longer than {longest} bytes");
            if (length == text.Length)
                Array.Resize(ref text, (int)Math.Min((long)text.Length * 2, longest + 1));
        }
        return text.AsMemory(0, length);
    }

    /// <summary>The lines that are not empty, with their numbers from 1.</summary>
    public IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> Lines()
    {
        var (rest, number) = (_text, 0);
        while (!rest.IsEmpty)
        {
            number++;
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.TrimEnd("\r \t"u8).Length > 0)
                yield return (number, line);
        }
    }
}
