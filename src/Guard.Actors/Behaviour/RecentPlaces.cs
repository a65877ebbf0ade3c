namespace Guard.Actors.Behaviour;

/// <summary>A place an account was lately used from.</summary>
/// <param name="Narrow">Key of the narrow network.</param>
/// <param name="Country">Country key.</param>
/// <param name="Second">When last, seconds since 1970.</param>
/// <param name="Failures">Failed logins from there within the hour before that.</param>
/// <param name="Strange">It was unfamiliar.</param>
/// <param name="Pool">Whose network it is; 0 in what earlier versions kept.</param>
public readonly record struct RecentPlace(ulong Narrow, ushort Country, long Second, ushort Failures, bool Strange, ulong Pool = 0);

/// <summary>The last few places, for what happens within an hour. Immutable and bounded.</summary>
public sealed class RecentPlaces(RecentPlace[] entries)
{
    public const int Capacity = 10;

    internal const long Hour = 3600;

    /// <summary>Failures from a place are forgotten after so long without another: guessers take their time.</summary>
    private const long FailuresGap = 6 * Hour;

    public static RecentPlaces Empty { get; } = new([]);

    public ReadOnlySpan<RecentPlace> Entries => entries;

    /// <summary>Strange countries and networks of successful use within the last hour, the given one included. Networks of one provider count once.</summary>
    public (int Countries, int Networks) StrangeWithinHour(long second, ulong narrow, ulong country, ulong pool = 0)
    {
        Span<ulong> pools = stackalloc ulong[Capacity + 1];
        pools[0] = pool;
        Span<ushort> seen = stackalloc ushort[Capacity + 1];
        var countries = 0;
        var networks = 1;
        if (country != 0)
            seen[countries++] = (ushort)country;
        foreach (ref readonly var entry in Entries)
        {
            if (!entry.Strange || second - entry.Second > Hour || entry.Narrow == narrow)
                continue;
            var own = entry.Pool == 0 ? entry.Narrow : entry.Pool;
            if (!pools[..networks].Contains(own))
                pools[networks++] = own;
            if (entry.Country != 0 && !seen[..countries].Contains(entry.Country))
                seen[countries++] = entry.Country;
        }
        return (countries, networks);
    }

    /// <summary>Which providers' networks of a country (IPv4 /16, IPv6 /32) the owner used lately, and the earliest of the last two of them: a phone has one of them,
    /// and its owner another.</summary>
    public (int Lines, long Second) LinesIn(ulong country, long since)
    {
        Span<ulong> seen = stackalloc ulong[Capacity];
        Span<long> last = stackalloc long[Capacity];
        var lines = 0;
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Strange || entry.Country != country || country == 0 || entry.Second < since || entry.Failures > 0)
                continue;
            var line = (entry.Narrow >> 63) == 0 ? entry.Narrow >> 8 : entry.Narrow >> 32;
            var index = seen[..lines].IndexOf(line);
            if (index < 0)
                (seen[index = lines++], last[index]) = (line, 0);
            last[index] = Math.Max(last[index], entry.Second);
        }
        last = last[..lines];
        last.Sort();
        return (lines, lines < 2 ? 0 : last[^2]);
    }

    public int FailuresFrom(ulong narrow, long second)
    {
        foreach (ref readonly var entry in Entries)
        {
            if (entry.Narrow == narrow)
                return second - entry.Second > FailuresGap ? 0 : entry.Failures;
        }
        return 0;
    }

    public RecentPlaces See(ulong narrow, ulong country, long second, bool strange, bool failed, ulong pool = 0)
    {
        if (narrow == 0)
            return this;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Narrow != narrow)
                continue;
            var failures = second - entries[i].Second > FailuresGap ? 0 : entries[i].Failures;
            var copy = (RecentPlace[])entries.Clone();
            // A failed login must not make a place count among those of successful use.
            copy[i] = new RecentPlace(
                narrow,
                (ushort)country,
                second,
                (ushort)Math.Min(ushort.MaxValue, failures + (failed ? 1 : 0)),
                failed ? entries[i].Strange : strange,
                pool
            );
            return new RecentPlaces(copy);
        }
        var added = new RecentPlace(narrow, (ushort)country, second, (ushort)(failed ? 1 : 0), !failed && strange, pool);
        if (entries.Length < Capacity)
            return new RecentPlaces([.. entries, added]);
        var oldest = 0;
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].Second < entries[oldest].Second)
                oldest = i;
        }
        var next = (RecentPlace[])entries.Clone();
        next[oldest] = added;
        return new RecentPlaces(next);
    }
}
