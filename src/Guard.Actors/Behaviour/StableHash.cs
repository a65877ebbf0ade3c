namespace Guard.Actors.Behaviour;

/// <summary>FNV-1a 64 bit: the same on every machine and version, as stored keys need it.</summary>
public static class StableHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(string text)
    {
        var hash = OffsetBasis;
        foreach (var c in text)
        {
            hash = (hash ^ (byte)c) * Prime;
            hash = (hash ^ (byte)(c >> 8)) * Prime;
        }
        return hash == 0 ? 1 : hash;
    }
}
