using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Life;

/// <summary>Writes down what is planned in an account's life, so that wrong alarms can be told by their causes.</summary>
public static class LifeStory
{
    /// <summary>A new line or a waking account may look strange for this many days.</summary>
    private const int Aftermath = 14;

    public static void Write(Account account, int days)
    {
        void Note(string cause, int from, int to)
        {
            if (from < days)
                account.Events.Add(new LifeEvent(cause, from, to));
        }
        if (account.FirstDay > 0)
            Note(LifeCauses.NewAccount, account.FirstDay, account.FirstDay + Aftermath);
        if (account.Asleep.To < days)
            Note(LifeCauses.Wake, account.Asleep.To, account.Asleep.To + Aftermath);
        foreach (var person in account.Persons)
        {
            // The way back is a part of a journey.
            foreach (var trip in person.Trips)
                Note(LifeCauses.Travel, trip.From, trip.To + 1);
            if (person.VpnExit is not null)
                Note(LifeCauses.Vpn, 0, days + 1);
            if (person.ProviderChangeDay < days)
                Note(LifeCauses.ProviderChange, person.ProviderChangeDay, person.ProviderChangeDay + Aftermath);
            if (person.OldDevice.To > 0)
                Note(LifeCauses.OldDevice, person.OldDevice.From, person.OldDevice.To + 1);
            if (person.AtOffice && account.Site.MoveDay < days)
                Note(LifeCauses.OfficeMove, account.Site.MoveDay, account.Site.MoveDay + Aftermath);
        }
        for (var day = account.FirstDay; day < days; day++)
        {
            if (account.Newsletter?.IsDue(day) == true)
                Note(LifeCauses.Newsletter, day, day + 1);
            if (account.Habits.Archetype == Archetype.Invoices && IsInvoiceDay(day))
                Note(LifeCauses.Invoices, day, day + 1);
        }
    }

    /// <summary>The last weekday of a month.</summary>
    public static bool IsInvoiceDay(int day)
    {
        if (WorldClock.IsWeekend(day))
            return false;
        var next = day + 1;
        while (WorldClock.IsWeekend(next))
            next++;
        return WorldClock.Date(next).Month != WorldClock.Date(day).Month;
    }
}
