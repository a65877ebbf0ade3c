namespace Guard.Actors.Behaviour;

/// <summary>
/// Whom an account wrote to lately: two Bloom filters of 2,048 bits (Bloom 1970), the elder of which gives way when the younger is full. 512 bytes at most, for
/// the last 350 to 700 recipients; of these none is forgotten, and one in a hundred strangers is taken for known. Immutable.
/// </summary>
public sealed class RecipientSketch(byte[] young, byte[] old, int added)
{
    /// <summary>Bytes of one filter.</summary>
    public const int Size = 256;

    private const int MaxAdded = 350;

    public static RecipientSketch Empty { get; } = new([], [], 0);

    /// <summary>The filter in use; empty before anything was added.</summary>
    public ReadOnlySpan<byte> Young => young;

    public ReadOnlySpan<byte> Old => old;

    public int Added => added;

    /// <param name="key">A well mixed hash of the recipient.</param>
    public bool Contains(ulong key) => Contains(young, key) || Contains(old, key);

    public RecipientSketch See(ulong key)
    {
        if (Contains(young, key))
            return this;
        var full = added >= MaxAdded;
        var next = new byte[Size];
        if (!full && young.Length == Size)
            young.CopyTo(next, 0);
        for (var probe = 0; probe < 3; probe++)
            next[Index(key, probe) >> 3] |= (byte)(1 << (Index(key, probe) & 7));
        return new RecipientSketch(next, full ? young : old, full ? 1 : added + 1);
    }

    private static bool Contains(byte[] bits, ulong key)
    {
        if (bits.Length != Size)
            return false;
        for (var probe = 0; probe < 3; probe++)
        {
            if ((bits[Index(key, probe) >> 3] & (1 << (Index(key, probe) & 7))) == 0)
                return false;
        }
        return true;
    }

    private static int Index(ulong key, int probe) => (int)(key >> (11 * probe + 20)) & (Size * 8 - 1);
}
