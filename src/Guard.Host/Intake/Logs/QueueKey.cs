namespace Guard.Host.Intake.Logs;

/// <summary>Makes keys of queue ids: Postfix's short and long ones, Sendmail's, and Exim's of both lengths, exactly; what is longer is mixed.</summary>
internal static class QueueKey
{
    /// <summary>So many characters of six bits fit.</summary>
    private const int LongestExact = 21;

    private const int Longest = 64;

    /// <summary>Letters and digits, and dashes as Exim has them; false for anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> id, out UInt128 key)
    {
        key = 1;
        if (id.IsEmpty || id.Length > Longest)
            return false;
        var taken = 0;
        foreach (var c in id)
        {
            // Exim's dashes stand at fixed places.
            if (c == '-')
                continue;
            if (!char.IsAsciiLetterOrDigit((char)c))
                return false;
            taken++;
            key = taken <= LongestExact ? (key << 6) | SixBits(c) : (key * 0x9E3779B97F4A7C15) ^ (UInt128.RotateRight(key, 64) + c);
        }
        return taken > 0;
    }

    private static uint SixBits(byte c) =>
        c switch
        {
            <= (byte)'9' => (uint)(c - '0'),
            <= (byte)'Z' => (uint)(c - 'A' + 10),
            _ => (uint)(c - 'a' + 36),
        };
}
