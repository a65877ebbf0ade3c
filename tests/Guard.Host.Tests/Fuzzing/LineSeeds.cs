using System.Text;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Seeds of texts that fit on a line: a file of them, and what parsers of text stumble over.</summary>
internal static class LineSeeds
{
    public static IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "\0",
            "\n",
            "\r\n",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "{",
            "}",
            "[[[[[[[[",
            "]",
            ",",
            ":",
            "-1",
            "1e999",
            "99999999999999999999",
            "2147483648",
            "null",
            "true",
            "<",
            ">",
            "<22>",
            "16384 ",
            "2147483647 ",
            "é",
            "\u2028",
            new string('a', 9000),
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF],
        [0xC0, 0x80],
        [0xED, 0xA0, 0x80],
    ];

    /// <summary>One seed a line, where <c>\n</c> stands for a line's end within one; then neighbours joined, since much goes wrong between two.</summary>
    public static List<byte[]> Of(string file)
    {
        List<byte[]> seeds =
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Guard.Host.Tests", "Fuzzing", "Seeds", file))
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => Encoding.UTF8.GetBytes(line.Replace("\\n", "\n", StringComparison.Ordinal))),
        ];
        return [.. seeds, .. seeds.Zip(seeds.Skip(1), (one, next) => (byte[])[.. one, (byte)'\n', .. next])];
    }
}
