namespace Guard.Actors.Addresses;

/// <summary>A name that an address failed at.</summary>
/// <param name="Account">32 bits of the name's hash; 0 stands for failures without a name.</param>
/// <param name="Second">When last, seconds since 1970.</param>
/// <param name="Unknown">The guard does not know the name.</param>
/// <param name="Times">How often, without two quiet weeks in between; 0 from an older version.</param>
public readonly record struct TriedAccount(uint Account, uint Second, bool Unknown, ushort Times = 1);

/// <summary>The names that an address failed at lately, the last ones of them. Immutable and bounded.</summary>
public sealed class TriedAccounts
{
    /// <summary>What is older than any window is forgotten, seconds.</summary>
    private static readonly long KeptFor = (long)AddressDecider.SlowWindow.TotalSeconds;

    /// <summary>More than any limit on them may be, so that each limit can be reached.</summary>
    public const int Capacity = 64;

    // Most addresses of a botnet try one name only: that needs no table.
    private readonly TriedAccount _only;
    private readonly TriedAccount[]? _entries;

    public TriedAccounts(ReadOnlySpan<TriedAccount> entries)
    {
        if (entries.Length == 1)
            _only = entries[0];
        else
            _entries = entries.ToArray();
    }

    public static TriedAccounts None { get; } = new([]);

    public ReadOnlySpan<TriedAccount> Entries => _entries ?? new ReadOnlySpan<TriedAccount>(in _only);

    public TriedAccounts See(TriedAccount tried)
    {
        var entries = Entries;
        // The one that is dropped is the one that was not tried for longest.
        var oldest = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Account == tried.Account)
            {
                var before = entries[i].Second + KeptFor < tried.Second ? 0 : entries[i].Times;
                return With(
                    i,
                    tried with
                    {
                        Second = Math.Max(tried.Second, entries[i].Second),
                        Times = (ushort)Math.Min(ushort.MaxValue, before + tried.Times),
                    }
                );
            }
            if (entries[i].Second < entries[oldest].Second)
                oldest = i;
        }
        if (entries.Length > 0 && entries[oldest].Second + KeptFor < tried.Second)
            return With(oldest, tried);
        return entries.Length < Capacity ? new TriedAccounts([.. entries, tried]) : With(oldest, tried);
    }

    /// <summary>Who logs in did not guess.</summary>
    public TriedAccounts Forget(uint account)
    {
        var entries = Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Account == account)
                return new TriedAccounts([.. entries[..i], .. entries[(i + 1)..]]);
        }
        return this;
    }

    /// <summary>Different names within the time that ends now, and whether one of them is unknown.</summary>
    public (int Accounts, bool Unknown) Within(long second, TimeSpan window)
    {
        var from = second - (long)window.TotalSeconds;
        var (accounts, unknown) = (0, false);
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Second <= from || entry.Second > second)
                continue;
            accounts += entry.Account == 0 ? 0 : 1;
            unknown |= entry.Unknown;
        }
        return (accounts, unknown);
    }

    /// <summary>How often the address failed at one name that nobody has, within the last two weeks.</summary>
    public int MostAtUnknown(long second)
    {
        var most = 0;
        foreach (ref readonly var entry in Entries)
        {
            if (entry is { Unknown: true, Account: not 0 } && entry.Second <= second && entry.Second + KeptFor > second)
                most = Math.Max(most, entry.Times);
        }
        return most;
    }

    private TriedAccounts With(int index, TriedAccount tried)
    {
        var copy = Entries.ToArray();
        copy[index] = tried;
        return new TriedAccounts(copy);
    }
}
