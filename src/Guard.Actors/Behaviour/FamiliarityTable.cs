namespace Guard.Actors.Behaviour;

/// <summary>One remembered key.</summary>
/// <param name="Key">What is remembered; never 0.</param>
/// <param name="Weight">Days seen, as of <paramref name="Day"/>, older ones faded.</param>
/// <param name="Day">The last day it was seen, in days since 1970.</param>
public readonly record struct FamiliarKey(ulong Key, float Weight, int Day);

/// <summary>
/// How many days each of a few keys was seen, fading with a half-life. Counting days, not events, keeps a poller that logs
/// in every minute comparable with a person who logs in three times a week. Immutable, at most a fixed number of entries:
/// the least familiar one gives way.
/// </summary>
public sealed class FamiliarityTable(int capacity, FamiliarKey[] entries)
{
    /// <summary>Days until a day seen counts half.</summary>
    public const double HalfLifeDays = 60;

    public int Capacity => capacity;

    public ReadOnlySpan<FamiliarKey> Entries => entries;

    public static FamiliarityTable Empty(int capacity) => new(capacity, []);

    /// <summary>Days the key was seen as of <paramref name="day"/>, faded; 0 when not remembered.</summary>
    public double Weight(ulong key, int day)
    {
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Key == key)
                return Faded(entry, day);
        }
        return 0;
    }

    /// <summary>The same, without <paramref name="day"/> itself.</summary>
    public double WeightBefore(ulong key, int day)
    {
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Key == key)
                return entry.Day == day ? Math.Max(0, entry.Weight - 1) : Faded(entry, day);
        }
        return 0;
    }

    public static double Faded(in FamiliarKey entry, int day) => entry.Weight * double.Exp2(-Math.Max(0, day - entry.Day) / HalfLifeDays);

    /// <summary>Whether the key was the first one ever remembered; true for an empty table too.</summary>
    public bool IsFirst(ulong key) => entries.Length == 0 || entries[0].Key == key;

    /// <summary>Counts a day for the key; the same day counts once. Returns this very table when nothing changes.</summary>
    public FamiliarityTable See(ulong key, int day, double amount = 1)
    {
        if (key == 0)
            return this;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key != key)
                continue;
            if (entries[i].Day >= day)
                return this;
            var copy = (FamiliarKey[])entries.Clone();
            copy[i] = new FamiliarKey(key, (float)(Faded(entries[i], day) + amount), day);
            return new FamiliarityTable(capacity, copy);
        }
        return Add(new FamiliarKey(key, (float)amount, day), day);
    }

    private FamiliarityTable Add(FamiliarKey added, int day)
    {
        if (entries.Length < capacity)
        {
            var longer = new FamiliarKey[entries.Length + 1];
            entries.CopyTo(longer, 0);
            longer[^1] = added;
            return new FamiliarityTable(capacity, longer);
        }
        var weakest = 0;
        for (var i = 1; i < entries.Length; i++)
        {
            if (Faded(entries[i], day) < Faded(entries[weakest], day))
                weakest = i;
        }
        var copy = (FamiliarKey[])entries.Clone();
        copy[weakest] = added;
        return new FamiliarityTable(capacity, copy);
    }
}
