namespace Guard.Actors.Behaviour;

/// <summary>A provider's pool, and how its addresses change for one account.</summary>
/// <param name="Key">See <see cref="PlaceKeys.Pool"/>.</param>
/// <param name="News">Moves to a network that the account never had, older ones faded.</param>
/// <param name="Moves">Moves from one network to another, older ones faded.</param>
/// <param name="Last">Key of the narrow network used last.</param>
/// <param name="Day">Of the last move, days since 1970.</param>
public readonly record struct AddressPool(ulong Key, float News, float Moves, ulong Last, int Day);

/// <summary>
/// Which providers give an account ever other addresses: a carrier's pool of many networks is one place, not many. Immutable and bounded; the pool that was
/// quiet for longest gives way.
/// </summary>
public sealed class AddressPools(AddressPool[] entries)
{
    public const int Capacity = 6;

    private const double HalfLifeDays = 14;

    public static AddressPools Empty { get; } = new([]);

    public ReadOnlySpan<AddressPool> Entries => entries;

    /// <summary>Whether another network of the pool is nothing new.</summary>
    public bool Roams(ulong pool, int day)
    {
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Key == pool)
                return Faded(entry.News, entry, day) is var news
                    && news >= EvidenceScale.RoamingMoves
                    && news >= EvidenceScale.RoamingShare * Faded(entry.Moves, entry, day);
        }
        return false;
    }

    /// <param name="known">The network was the account's before.</param>
    public AddressPools See(ulong pool, ulong narrow, int day, bool known)
    {
        if (pool == 0 || narrow == 0)
            return this;
        var oldest = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (entry.Key == pool)
            {
                if (entry.Last == narrow)
                    return this;
                var moved = new AddressPool(
                    pool,
                    (float)Faded(entry.News, entry, day) + (known ? 0 : 1),
                    (float)Faded(entry.Moves, entry, day) + 1,
                    narrow,
                    day
                );
                return With(i, moved);
            }
            if (entry.Day < entries[oldest].Day)
                oldest = i;
        }
        var added = new AddressPool(pool, 0, 0, narrow, day);
        return entries.Length < Capacity ? new AddressPools([.. entries, added]) : With(oldest, added);
    }

    private AddressPools With(int index, AddressPool entry)
    {
        var copy = (AddressPool[])entries.Clone();
        copy[index] = entry;
        return new AddressPools(copy);
    }

    private static double Faded(double amount, in AddressPool entry, int day) => amount * double.Exp2(-Math.Max(0, day - entry.Day) / HalfLifeDays);
}
