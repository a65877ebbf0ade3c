namespace Guard.Host.Intake.Logs;

/// <summary>Text as a key of a fixed size: itself up to sixteen bytes, a hash of it (FNV-1a, 128 bits) beyond.</summary>
internal static class TextKey
{
    private static readonly UInt128 Basis = new(0x6C62272E07BB0142, 0x62B821756295C58D);
    private static readonly UInt128 Prime = new(0x0000000001000000, 0x000000000000013B);

    public static UInt128 Of(ReadOnlySpan<byte> text)
    {
        if (text.Length > 16)
        {
            var hash = Basis;
            foreach (var c in text)
                hash = (hash ^ c) * Prime;
            return hash;
        }
        UInt128 key = 0;
        foreach (var c in text)
            key = (key << 8) | c;
        return key;
    }
}
