using CsCheck;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Makes inputs out of kept seeds, so that they get past the first look of a parser: pieces cut out, doubled, exchanged between seeds, and bytes changed.</summary>
internal static class Mutation
{
    /// <summary>Values at which parsers stumble.</summary>
    private static readonly byte[][] Odd =
    [
        "\0"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\""u8.ToArray(), "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "[[[[[[[["u8.ToArray(), "-1"u8.ToArray(),
        "1e999"u8.ToArray(), "99999999999999999999"u8.ToArray(), "null"u8.ToArray(), "<"u8.ToArray(), ">"u8.ToArray(), "16384 "u8.ToArray(), "2147483647 "u8.ToArray(), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80],
    ];

    /// <summary>The seeds of a file, one a line; <c>\n</c> stands for a line's end within one.</summary>
    public static byte[][] Seeds(string file) =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "Guard.Host.Tests", "Fuzzing", "Seeds", file)).Where(line => line.Length > 0 && line[0] != '#').Select(line => System.Text.Encoding.UTF8.GetBytes(line.Replace("\\n", "\n", StringComparison.Ordinal)))];

    public static Gen<byte[]> Of(byte[][] seeds)
    {
        var seed = Gen.Int[0, seeds.Length - 1].Select(i => seeds[i]);
        var change = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 10_000], Gen.Int[0, 40], Gen.Int[0, Odd.Length - 1], Gen.Byte, seed);
        return Gen.Select(seed, change.Array[0, 6]).Select((start, changes) => changes.Aggregate(start, Apply));
    }

    private static byte[] Apply(byte[] text, (int Kind, int At, int Length, int Odd, byte Byte, byte[] Other) change)
    {
        var at = text.Length == 0 ? 0 : change.At % text.Length;
        var end = Math.Min(text.Length, at + change.Length);
        return change.Kind switch
        {
            0 => [.. text[..at], .. text[end..]],
            1 => [.. text[..end], .. text[at..end], .. text[end..]],
            2 => [.. text[..at], .. Odd[change.Odd], .. text[at..]],
            3 => [.. text[..at], change.Byte, .. text[Math.Min(text.Length, at + 1)..]],
            4 => [.. text[..at], .. change.Other[Math.Min(change.Other.Length, at)..]],
            // Long enough to run into every limit of a line.
            _ => [.. text[..at], .. Enumerable.Repeat(change.Byte, change.Length * 50), .. text[at..]],
        };
    }
}
