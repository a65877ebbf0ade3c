namespace Guard.Actors.Behaviour;

/// <summary>A strange place that waits until it has stayed quiet long enough.</summary>
/// <param name="Narrow">Key of the narrow network.</param>
/// <param name="Country">Country key.</param>
/// <param name="FirstHour">First seen, hours since 1970.</param>
/// <param name="LastHour">Last seen.</param>
/// <param name="Hostile">It took part in what led to a restriction or worse; only absolution helps it.</param>
/// <param name="BlockedUntilHour">Until when its address is wanted in the firewall, hours since 1970; 0 when it is not.</param>
/// <param name="Read">The mailbox was opened from there.</param>
/// <param name="Unread">Mails sent from there while it was not.</param>
/// <param name="Told">A report told of it: another one needs more than the place.</param>
public readonly record struct ProbationEntry(
    ulong Narrow,
    ushort Country,
    int FirstHour,
    int LastHour,
    bool Hostile,
    int BlockedUntilHour = 0,
    bool Read = false,
    int Unread = 0,
    bool Told = false
);

/// <summary>Strange places on probation. What was judged abnormal never enters the baseline directly. Immutable and bounded.</summary>
public sealed class Probation(ProbationEntry[] entries)
{
    public const int Capacity = 10;

    /// <summary>Hours after which a quiet place may be learnt.</summary>
    public const int QuietHours = 72;

    /// <summary>The same for another network of a provider and country that the account knows.</summary>
    public const int QuietHoursNearby = 24;

    /// <summary>More unread mails than these tell nothing new.</summary>
    private const int MaxUnread = 1000;

    /// <summary>An entry unseen for this long is forgotten.</summary>
    private const int ForgetHours = 24 * 60;

    private const int StayHours = 48;

    public static Probation Empty { get; } = new([]);

    public ReadOnlySpan<ProbationEntry> Entries => entries;

    /// <summary>The oldest peaceful entry of the same network, or else of the same country.</summary>
    public ProbationEntry? Find(ulong narrow, ulong country)
    {
        ProbationEntry? found = null;
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow && narrow != 0)
                return entry;
            if (entry.Country == country && country != 0 && !entry.Hostile && (found is null || entry.FirstHour < found.Value.FirstHour))
                found = entry;
        }
        return found;
    }

    /// <summary>Answer of <see cref="SeenFor"/> for a network that took part in what led to a restriction or worse.</summary>
    public const int OfTheAttack = -2;

    /// <summary>Hours since a peaceful network was first seen; negative when it was not.</summary>
    public int SeenFor(ulong narrow, int hour)
    {
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow)
                return entry.Hostile ? OfTheAttack : hour - entry.FirstHour;
        }
        return -1;
    }

    /// <summary>Whether a block was ordered that still holds: it is not ordered again with each attempt.</summary>
    public bool IsBlocked(ulong narrow, int hour)
    {
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow)
                return entry.BlockedUntilHour > hour;
        }
        return false;
    }

    public Probation Block(ulong narrow, int untilHour) =>
        new(Array.ConvertAll(entries, entry => entry.Narrow == narrow ? entry with { BlockedUntilHour = untilHour } : entry));

    /// <summary>Whether any block that was ordered still holds.</summary>
    public bool HasBlocks(int hour)
    {
        foreach (var entry in entries)
        {
            if (entry.BlockedUntilHour > hour)
                return true;
        }
        return false;
    }

    /// <summary>Blocks that were ordered hold no more.</summary>
    public Probation Unblock() => new(Array.ConvertAll(entries, entry => entry with { BlockedUntilHour = 0 }));

    /// <summary>Mails sent within a day from networks on probation from where the mailbox was never opened: owners' programs do both.</summary>
    public int UnreadWithinDay(int hour)
    {
        var mails = 0;
        foreach (var entry in entries)
            mails += entry.Read || hour - entry.LastHour > 24 ? 0 : entry.Unread;
        return mails;
    }

    /// <summary>Whether the mailbox was opened from a network.</summary>
    public bool IsRead(ulong narrow)
    {
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow)
                return entry.Read;
        }
        return false;
    }

    /// <summary>Mails sent from a network while the mailbox was never opened from there.</summary>
    public int UnreadFrom(ulong narrow)
    {
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow)
                return entry.Read ? 0 : entry.Unread;
        }
        return 0;
    }

    /// <summary>Whether neither was the mailbox opened from a network nor mail sent.</summary>
    public bool IsUnused(ulong narrow)
    {
        foreach (var entry in entries)
        {
            if (entry.Narrow == narrow)
                return !entry.Read && entry.Unread == 0;
        }
        return true;
    }

    /// <summary>The mailbox was opened from a network that is on probation already.</summary>
    public Probation SeeRead(ulong narrow) => Change(narrow, entry => entry.Read ? entry : entry with { Read = true, Unread = 0 });

    /// <summary>A mail was sent from a network that is on probation already.</summary>
    public Probation SeeMail(ulong narrow) =>
        Change(narrow, entry => entry.Read || entry.Unread >= MaxUnread ? entry : entry with { Unread = entry.Unread + 1 });

    private Probation Change(ulong narrow, Func<ProbationEntry, ProbationEntry> change)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Narrow != narrow)
                continue;
            var changed = change(entries[i]);
            if (changed == entries[i])
                return this;
            var copy = (ProbationEntry[])entries.Clone();
            copy[i] = changed;
            return new Probation(copy);
        }
        return this;
    }

    public Probation See(ulong narrow, ulong country, int hour)
    {
        if (narrow == 0 && country == 0)
            return this;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Narrow != narrow || entries[i].Country != (ushort)country)
                continue;
            if (entries[i].LastHour >= hour)
                return this;
            var copy = (ProbationEntry[])entries.Clone();
            copy[i] =
                hour - copy[i].LastHour > ForgetHours
                    ? new ProbationEntry(narrow, (ushort)country, hour, hour, copy[i].Hostile)
                    : copy[i] with
                    {
                        LastHour = hour,
                    };
            return new Probation(copy);
        }
        var added = new ProbationEntry(narrow, (ushort)country, hour, hour, false);
        if (entries.Length < Capacity)
            return new Probation([.. entries, added]);
        var oldest = Redundant((ushort)country) ?? Oldest();
        var next = (ProbationEntry[])entries.Clone();
        next[oldest] = added;
        return new Probation(next);
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].LastHour < entries[oldest].LastHour)
                oldest = i;
        }
        return oldest;
    }

    /// <summary>Where a country gives ever other networks, the youngest of them but one gives way: the eldest says since when the country is quiet.</summary>
    private int? Redundant(ushort country)
    {
        var count = 0;
        var youngest = -1;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Country != country || country == 0 || entries[i].Hostile)
                continue;
            count++;
            if (youngest < 0 || entries[i].FirstHour >= entries[youngest].FirstHour)
                youngest = i;
        }
        return count >= 3 ? youngest : null;
    }

    /// <summary>A report told of every place seen within the last hour.</summary>
    public Probation Tell(int hour) => new(Array.ConvertAll(entries, entry => hour - entry.LastHour <= 1 ? entry with { Told = true } : entry));

    /// <summary>Whether a report told of a country that has stayed quiet since.</summary>
    public bool IsTold(ulong country)
    {
        var told = false;
        foreach (var entry in entries)
        {
            if (entry.Country != country || country == 0)
                continue;
            if (entry.Hostile)
                return false;
            told |= entry.Told;
        }
        return told;
    }

    /// <summary>Whether the account was used from a country within the last two days, and nothing worse than a report came of it.</summary>
    public bool StaysIn(ulong country, int hour)
    {
        foreach (var entry in entries)
        {
            if (entry.Country == country && country != 0 && !entry.Hostile && hour - entry.LastHour <= StayHours)
                return true;
        }
        return false;
    }

    /// <summary>Every place seen within the last day before <paramref name="hour"/> took part in an attack.</summary>
    public Probation MarkHostile(int hour) => new(Array.ConvertAll(entries, entry => hour - entry.LastHour <= 24 ? entry with { Hostile = true } : entry));
}
