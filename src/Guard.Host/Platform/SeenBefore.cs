namespace Guard.Host.Platform;

/// <summary>
/// Who asks whether a key is worth remembering learns whether it was asked about before, lately: names and addresses that come once, as strangers make them up
/// without end, must not push out those that come again, nor fill memory that lasts. Two keys of one hash are taken for one another, which costs an entry.
/// Thread-safe.
/// </summary>
internal sealed class SeenBefore
{
    private const int Slots = 1 << 15;

    private readonly int[] _slots = new int[Slots];

    public bool Check(int hash)
    {
        // 0 stands for nothing.
        hash |= hash == 0 ? 1 : 0;
        ref var slot = ref _slots[(uint)hash % Slots];
        if (Volatile.Read(ref slot) == hash)
            return true;
        Volatile.Write(ref slot, hash);
        return false;
    }
}
