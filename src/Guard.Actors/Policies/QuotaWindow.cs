namespace Guard.Actors.Policies;

/// <summary>
/// Use of one quota in a sliding window, kept in 25 slots of a 24th of its length. All slots that the window touches count in
/// full, so no window of that length ever holds more than the limit; what was used becomes free at most a 24th late. Immutable.
/// </summary>
/// <param name="Key">See <see cref="KeyedQuota.Key"/>.</param>
/// <param name="SlotSeconds">Length of a slot.</param>
/// <param name="Head">Number of the newest slot since 1970.</param>
/// <param name="Slots">Use per slot; slot n lives at n modulo 25.</param>
public sealed record QuotaWindow(string Key, int SlotSeconds, long Head, long[] Slots)
{
    public const int SlotCount = 25;

    /// <summary>So that all slots together still are a number.</summary>
    private const long MaxSlot = long.MaxValue / 64;

    public static QuotaWindow Empty(KeyedQuota quota) =>
        new(quota.Key, Math.Max(1, (int)Math.Ceiling(quota.Quota.Per.TotalSeconds / (SlotCount - 1))), 0, new long[SlotCount]);

    /// <summary>What is counted, as the key says.</summary>
    public KeyedQuota Quota { get; } = KeyedQuota.Parse(Key);

    public long Used(long second)
    {
        var now = Math.Max(Head, second / SlotSeconds);
        // The window has moved on by so many slots since the newest; one division for all of them.
        var gone = now - Head;
        if (gone >= SlotCount)
            return 0;
        var newest = Index(Head);
        var used = 0L;
        for (var i = 0; i < SlotCount; i++)
        {
            if (Age(newest, i) + gone < SlotCount)
                used += Slots[i];
        }
        return used;
    }

    /// <summary>Adds (or, with a negative amount, gives back) use. What falls behind the window is dropped.</summary>
    public QuotaWindow Add(long second, long amount)
    {
        var slot = second / SlotSeconds;
        if (slot <= Head - SlotCount)
            return this;
        var head = Math.Max(Head, slot);
        var slots = (long[])Slots.Clone();
        if (head > Head)
        {
            var newest = Index(Head);
            var gone = head - Head;
            for (var i = 0; i < SlotCount; i++)
            {
                if (Age(newest, i) + gone >= SlotCount)
                    slots[i] = 0;
            }
        }
        var index = Index(slot);
        slots[index] = Math.Clamp(slots[index] + amount, 0, MaxSlot);
        return this with { Head = head, Slots = slots };
    }

    private static int Index(long slot) => (int)(((slot % SlotCount) + SlotCount) % SlotCount);

    /// <summary>How many slots before the newest the one at an index lies.</summary>
    private static int Age(int newest, int index) => newest >= index ? newest - index : newest - index + SlotCount;

    public bool Equals(QuotaWindow? other) =>
        other is not null && Key == other.Key && SlotSeconds == other.SlotSeconds && Head == other.Head && Slots.AsSpan().SequenceEqual(other.Slots);

    public override int GetHashCode() => HashCode.Combine(Key, SlotSeconds, Head);
}
