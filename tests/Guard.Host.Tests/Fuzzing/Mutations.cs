namespace Guard.Host.Tests.Fuzzing;

/// <summary>
/// Makes ever new inputs out of kept ones, as mutation fuzzers do: bits, bytes and lengths changed, pieces dropped, doubled, moved and joined from two
/// seeds. The same number always gives the same input.
/// </summary>
internal sealed class Mutations(IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> words)
{
    private const int MaxBytes = 64 * 1024;

    public byte[] Input(int number)
    {
        // The seeds themselves come first.
        if (number < seeds.Count)
            return seeds[number];
        var random = new Random(number);
        var input = new List<byte>(seeds[random.Next(seeds.Count)]);
        if (random.Next(4) == 0)
            Splice(input, random);
        for (var changes = 1 + random.Next(6); changes > 0; changes--)
            Change(input, random);
        return input.Count <= MaxBytes ? [.. input] : [.. input.Take(MaxBytes)];
    }

    private void Splice(List<byte> input, Random random)
    {
        var other = seeds[random.Next(seeds.Count)];
        var cut = random.Next(input.Count + 1);
        input.RemoveRange(cut, input.Count - cut);
        input.AddRange(other.Skip(random.Next(other.Length + 1)));
    }

    private void Change(List<byte> input, Random random)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(1 + random.Next(random.Next(10) == 0 ? 4096 : 16), input.Count - at);
        switch (random.Next(9))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 4:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 5:
                input.InsertRange(at, words[random.Next(words.Count)]);
                break;
            case 6:
                input.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(200)));
                break;
            case 7 when at + 4 <= input.Count:
                // A length, or whatever stands there, becomes a small, a huge or a nearly right one.
                BitConverter
                    .GetBytes(
                        random.Next(3) switch
                        {
                            0 => random.Next(300),
                            1 => random.Next(),
                            _ => -1 - random.Next(3),
                        }
                    )
                    .Reverse()
                    .ToArray()
                    .CopyTo(input, at);
                break;
            default:
                input.RemoveRange(at, input.Count - at);
                break;
        }
    }
}

file static class Bytes
{
    public static void CopyTo(this byte[] bytes, List<byte> to, int at)
    {
        for (var i = 0; i < bytes.Length; i++)
            to[at + i] = bytes[i];
    }
}
