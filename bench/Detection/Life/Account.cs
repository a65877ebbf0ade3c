namespace Guard.Bench.Detection.Life;

/// <summary>An account of the simulated server.</summary>
public sealed class Account
{
    public required int Index { get; init; }

    public required string User { get; init; }

    public required byte[] Name { get; init; }

    public required Site Site { get; init; }

    public required ArchetypeHabits Habits { get; init; }

    public required IReadOnlyList<Person> Persons { get; init; }

    /// <summary>Nothing happens before this day.</summary>
    public required int FirstDay { get; init; }

    /// <summary>A dormant account sleeps on these days.</summary>
    public required (int From, int To) Asleep { get; init; }

    /// <summary>It is read by POP3 rather than IMAP.</summary>
    public required bool Pop3 { get; init; }

    /// <summary>Minutes between polls; 0 for accounts that are not polled.</summary>
    public required int PollMinutes { get; init; }

    public required bool PollAtNight { get; init; }

    /// <summary>People it writes to.</summary>
    public int Contacts { get; init; }

    public required NewsletterHabit? Newsletter { get; init; }

    public List<LifeEvent> Events { get; } = [];

    public bool IsAlive(int day) => day >= FirstDay && (day < Asleep.From || day >= Asleep.To);

    /// <summary>What explains an alarm on a day best; empty when it was a day like any other.</summary>
    public string CauseOn(int day)
    {
        foreach (var cause in LifeCauses.InOrder)
        {
            foreach (var happening in Events)
            {
                if (happening.Cause == cause && day >= happening.From && day < happening.To)
                    return cause;
            }
        }
        return "";
    }
}

/// <summary>A newsletter that goes out regularly.</summary>
/// <param name="Recipients">Size of the list.</param>
/// <param name="Weekday">0 is Monday.</param>
/// <param name="Weekly">Every week; otherwise in the first week of a month.</param>
/// <param name="Singly">One mail per recipient; otherwise in batches of fifty.</param>
public sealed record NewsletterHabit(int Recipients, int Weekday, bool Weekly, bool Singly)
{
    public bool IsDue(int day) => day % 7 == Weekday && (Weekly || World.WorldClock.Date(day).Day <= 7);
}
