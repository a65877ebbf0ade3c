namespace Guard.Host.Platform;

/// <summary>
/// Remembers a fixed number of answers, each in the one place that its hash says; what comes there later takes it. No lock, no order, nothing to clear: for
/// answers that are cheap to find again and asked for by every line of a log. Entries are immutable, and who takes one looks whether it is the one meant.
/// Thread-safe. See docs/decisions/0031.
/// </summary>
/// <param name="bits">There are 2 to the power of this many places.</param>
internal sealed class SlotCache<T>(int bits)
    where T : class
{
    private readonly T?[] _slots = new T?[1 << bits];

    /// <summary>What was put there last under a hash of the same place.</summary>
    public T? At(ulong hash) => Volatile.Read(ref _slots[Slot(hash)]);

    public void Set(ulong hash, T entry) => Volatile.Write(ref _slots[Slot(hash)], entry);

    /// <summary>The upper bits of a product depend on all bits of the hash.</summary>
    private int Slot(ulong hash) => (int)((hash * 0x9E37_79B9_7F4A_7C15) >> (64 - bits));
}
