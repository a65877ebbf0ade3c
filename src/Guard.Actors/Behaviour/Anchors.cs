namespace Guard.Actors.Behaviour;

/// <summary>An address (IPv6: its /64) and how much of the account's time was spent there.</summary>
/// <param name="Weight">Three-hour blocks with activity from there, as of <paramref name="Block"/>, older ones faded.</param>
/// <param name="Block">The last of them, since 1970.</param>
public readonly record struct Anchor(ulong Key, float Weight, int Block);

/// <summary>
/// The few fixed lines an owner sits at: an office, a home line whose address stays. Mobile carriers and VPN exits change their address too often to become
/// one, so that activity from an anchor says where the owner is. Immutable and bounded.
/// </summary>
public sealed class Anchors(float total, int last, Anchor[] entries)
{
    private const int Capacity = 6;

    internal const int BlockSeconds = 3 * 3600;

    /// <summary>Blocks until one counts half: a week.</summary>
    private const double HalfLife = 7 * 8;

    /// <summary>Blocks and share of all blocks from which an address is an anchor.</summary>
    private const double LeastBlocks = 4;

    private const double LeastShare = 0.12;

    public static Anchors Empty { get; } = new(0, 0, []);

    /// <summary>All blocks with activity as of <see cref="Last"/>, older ones faded.</summary>
    public float Total => total;

    public int Last => last;

    public ReadOnlySpan<Anchor> Entries => entries;

    public bool Contain(ulong key, long second)
    {
        var block = (int)(second / BlockSeconds);
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Key == key)
                return Faded(entry.Weight, entry.Block, block) is var weight && weight >= LeastBlocks && weight >= LeastShare * Faded(total, last, block);
        }
        return false;
    }

    public Anchors See(ulong key, long second)
    {
        var block = (int)(second / BlockSeconds);
        if (key == 0 || block < last)
            return this;
        var sum = (float)(Faded(total, last, block) + (block > last ? 1 : 0));
        var weakest = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key == key)
                return entries[i].Block >= block
                    ? this
                    : With(i, new Anchor(key, (float)Faded(entries[i].Weight, entries[i].Block, block) + 1, block), sum, block);
            if (Faded(entries[i].Weight, entries[i].Block, block) < Faded(entries[weakest].Weight, entries[weakest].Block, block))
                weakest = i;
        }
        var added = new Anchor(key, 1, block);
        return entries.Length < Capacity ? new Anchors(sum, block, [.. entries, added]) : With(weakest, added, sum, block);
    }

    private Anchors With(int index, Anchor entry, float sum, int block)
    {
        var copy = (Anchor[])entries.Clone();
        copy[index] = entry;
        return new Anchors(sum, block, copy);
    }

    private static double Faded(double weight, int from, int to) => weight * double.Exp2(-Math.Max(0, to - from) / HalfLife);
}
