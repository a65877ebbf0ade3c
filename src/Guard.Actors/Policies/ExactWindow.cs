using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>
/// Use of one quota of different things, or of single ones within seconds: each with its time, exact to the millisecond. It holds the latest
/// <see cref="MaxEntries"/> (of a site <see cref="MaxSiteEntries"/>), more than any limit, so that whether a limit is exceeded is exact as well. 12 bytes each, and only what lies within the window.
/// Immutable.
/// </summary>
/// <param name="Key">See <see cref="KeyedQuota.Key"/>.</param>
/// <param name="Members">What was counted, as 32 bits of its hash; 0 counts each time.</param>
/// <param name="Times">When last, milliseconds since 1970, rising.</param>
public sealed record ExactWindow(string Key, uint[] Members, long[] Times)
{
    public const int MaxEntries = 128;

    /// <summary>What may be configured.</summary>
    public const int MaxLimit = 120;

    /// <summary>What may be configured for a whole site, of which there are fewer.</summary>
    public const int MaxSiteLimit = 1000;

    /// <summary>More than any limit of a site.</summary>
    public const int MaxSiteEntries = MaxSiteLimit + 8;

    public static ExactWindow Empty(KeyedQuota quota) => new(quota.Key, [], []);

    /// <summary>What is counted, as the key says.</summary>
    public KeyedQuota Quota { get; } = KeyedQuota.Parse(Key);

    private bool IsOfSite => Quota.Quota.Of == QuotaScope.Site;

    /// <summary>Accounts go on for a while with what their site counted once, so that it counts so much longer.</summary>
    private long Length => (long)(Quota.Quota.Per + (IsOfSite ? Quota.Lasting : TimeSpan.Zero)).TotalMilliseconds;

    /// <summary>How many fell into the window that ends at a time.</summary>
    /// <param name="at">Milliseconds since 1970.</param>
    public int Count(long at) => Times.Length - First(at);

    public bool Holds(uint member, long at) => Array.LastIndexOf(Members, member) is var index && index >= First(at);

    /// <summary>With one more, or with a newer time of one that is there. What falls behind the window is dropped.</summary>
    public ExactWindow Add(long at, uint member)
    {
        var first = First(Times.Length == 0 ? at : Math.Max(at, Times[^1]));
        var known = member == 0 ? -1 : Array.LastIndexOf(Members, member);
        if (known >= 0 && Times[known] >= at)
            return this;
        var members = new List<uint>(Members.Length - first + 1);
        var times = new List<long>(Members.Length - first + 1);
        for (var i = first; i < Times.Length; i++)
        {
            if (i == known)
                continue;
            members.Add(Members[i]);
            times.Add(Times[i]);
        }
        // Sources may be a little behind each other.
        var place = times.Count;
        while (place > 0 && times[place - 1] > at)
            place--;
        members.Insert(place, member);
        times.Insert(place, at);
        var over = Math.Max(0, times.Count - (IsOfSite ? MaxSiteEntries : MaxEntries));
        return this with { Members = [.. members.Skip(over)], Times = [.. times.Skip(over)] };
    }

    /// <summary>The first entry within the window that ends at a time.</summary>
    private int First(long at)
    {
        var from = at - Length;
        var first = 0;
        while (first < Times.Length && Times[first] <= from)
            first++;
        return first;
    }

    public bool Equals(ExactWindow? other) =>
        other is not null && Key == other.Key && Members.AsSpan().SequenceEqual(other.Members) && Times.AsSpan().SequenceEqual(other.Times);

    public override int GetHashCode() => HashCode.Combine(Key, Times.Length, Times.Length == 0 ? 0 : Times[^1]);
}
