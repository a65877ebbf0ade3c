using Guard.Actors.Behaviour;

namespace Guard.Actors.Addresses;

/// <summary>An account that logged in from a network.</summary>
/// <param name="Account">32 bits of the name's hash.</param>
/// <param name="Address">From which of the network's addresses last; see <see cref="AddressKeys.Within"/>.</param>
/// <param name="FirstDay">Days since 1970.</param>
/// <param name="LastDay">Days since 1970.</param>
/// <param name="Moves">It came from several of the network's addresses: its provider hands them from customer to customer.</param>
public readonly record struct Guest(uint Account, uint Address, ushort FirstDay, ushort LastDay, bool Moves = false)
{
    /// <summary>It came back on another day.</summary>
    public bool IsAtHome => LastDay > FirstDay;
}

/// <summary>Who logged in from a network, as many as matter. Immutable and bounded.</summary>
public sealed class Guests(Guest[] entries)
{
    public const int Capacity = 32;

    /// <summary>Who did not come back for so many days is at home there no more.</summary>
    public const int ForgetAfterDays = 60;

    public static Guests None { get; } = new([]);

    public ReadOnlySpan<Guest> Entries => entries;

    public int LastDay
    {
        get
        {
            var last = 0;
            foreach (ref readonly var guest in Entries)
                last = Math.Max(last, guest.LastDay);
            return last;
        }
    }

    public Guests See(uint account, uint address, int day)
    {
        var today = (ushort)Math.Clamp(day, 0, ushort.MaxValue);
        var least = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Account == account)
            {
                var known = entries[i];
                var isForgotten = today - known.LastDay > ForgetAfterDays;
                var moves = (known.Moves || known.Address != address) && !isForgotten;
                var seen = new Guest(account, address, isForgotten ? today : known.FirstDay, Math.Max(today, known.LastDay), moves);
                return seen == known ? this : With(i, seen);
            }
            if (Worth(entries[i], today) < Worth(entries[least], today))
                least = i;
        }
        var added = new Guest(account, address, today, today);
        if (entries.Length < Capacity)
            return new Guests([.. entries, added]);
        return Worth(entries[least], today) <= Worth(added, today) || entries[least].LastDay < today ? With(least, added) : this;
    }

    /// <summary>Whether an account logged in from the network lately.</summary>
    public bool Knows(uint account, int day)
    {
        foreach (ref readonly var guest in Entries)
        {
            if (guest.Account == account)
                return day - guest.LastDay <= ForgetAfterDays;
        }
        return false;
    }

    /// <summary>Whether an account came on different days, and lately.</summary>
    public bool IsAtHome(uint account, int day)
    {
        foreach (ref readonly var guest in Entries)
        {
            if (guest.Account == account)
                return guest.IsAtHome && day - guest.LastDay <= ForgetAfterDays;
        }
        return false;
    }

    /// <summary>How many accounts are at home in the network.</summary>
    public int AtHome(int day)
    {
        var count = 0;
        foreach (ref readonly var guest in Entries)
            count += guest.IsAtHome && day - guest.LastDay <= ForgetAfterDays ? 1 : 0;
        return count;
    }

    /// <summary>Whether the network's addresses go from customer to customer: an account that is at home there moves among them.</summary>
    public bool IsPool(int day)
    {
        foreach (ref readonly var guest in Entries)
        {
            if (guest.Moves && guest.IsAtHome && day - guest.LastDay <= ForgetAfterDays)
                return true;
        }
        return false;
    }

    /// <summary>How many accounts logged in from an address, and how many of them are at home in its network.</summary>
    public (int Seen, int AtHome) At(uint address, int day)
    {
        var (seen, home) = (0, 0);
        foreach (ref readonly var guest in Entries)
        {
            if (guest.Address != address || day - guest.LastDay > ForgetAfterDays)
                continue;
            seen++;
            home += guest.IsAtHome ? 1 : 0;
        }
        return (seen, home);
    }

    /// <summary>Whether an account logged in lately from one of the addresses that lie between two, both included.</summary>
    public bool AnyBetween(uint first, uint last, int day)
    {
        foreach (ref readonly var guest in Entries)
        {
            if (guest.Address >= first && guest.Address <= last && day - guest.LastDay <= ForgetAfterDays)
                return true;
        }
        return false;
    }

    /// <summary>Who is at home stays before who was seen once.</summary>
    private static int Worth(Guest guest, int today) => (guest.IsAtHome && today - guest.LastDay <= ForgetAfterDays ? 100_000 : 0) + guest.LastDay;

    private Guests With(int index, Guest guest)
    {
        var copy = (Guest[])entries.Clone();
        copy[index] = guest;
        return new Guests(copy);
    }
}
