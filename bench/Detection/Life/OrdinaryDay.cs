using Guard.Actors.Policies.Geography;
using Guard.Bench.Detection.Lines;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Life;

/// <summary>One day in the life of an account, in the local time of each of its persons.</summary>
public sealed class OrdinaryDay(ulong seed, LifeKnobs knobs, Whereabouts where, LineQueue lines)
{
    /// <summary>Weight of each local hour for people at work and at leisure.</summary>
    private static readonly double[] WorkHours = [0, 0, 0, 0, 0, 0.2, 1, 3, 8, 10, 10, 9, 6, 8, 9, 9, 8, 6, 3, 2, 2, 1.5, 1, 0.3];
    private static readonly double[] LeisureHours = [0.5, 0.2, 0.1, 0.1, 0.1, 0.4, 1.5, 4, 5, 5, 5, 5, 5, 4, 4, 4, 5, 6, 7, 8, 8, 7, 5, 2];

    /// <summary>Time of the local day before which the person is on the way.</summary>
    private long _arrival;

    /// <summary>Lines from which the mailbox was opened today.</summary>
    private readonly HashSet<NetworkAddress> _opened = [];

    public void Live(Account account, int day)
    {
        if (!account.IsAlive(day))
            return;
        for (var number = 0; number < account.Persons.Count; number++)
        {
            var dice = new Dice(seed, 3, (ulong)account.Index, (ulong)day, (ulong)number);
            if (account.Habits.Archetype == Archetype.WebApplication)
                Serve(account, account.Persons[number], day, dice);
            else
                Live(account, account.Persons[number], day, dice);
        }
    }

    private void Live(Account account, Person person, int day, Dice dice)
    {
        var habits = account.Habits;
        var trip = person.TripOn(day);
        _arrival = Arrival(person, day);
        _opened.Clear();
        var midnight = day * WorldClock.Day - Whereabouts.Zone(person, day) * WorldClock.Hour;
        var weekend = WorldClock.IsWeekend(day, person.Country);
        if (account.PollMinutes > 0)
            Poll(account, person, day, midnight, weekend, dice);
        if (day >= person.OldDevice.From && day < person.OldDevice.To)
            RetryOldPassword(account, person, day, midnight, dice);
        if (day >= person.Absence.From && day < person.Absence.To)
            return;
        var chance = weekend ? habits.Weekend : habits.Weekday;
        if (trip is { Business: false })
            chance *= knobs.Travel.ActivityOnHoliday;
        var active = dice.Chance(chance);
        var newsletter = account.Newsletter?.IsDue(day) == true;
        var invoices = habits.Archetype == Archetype.Invoices && LifeStory.IsInvoiceDay(day);
        if (!active && !newsletter && !invoices)
        {
            // The phone in the pocket goes on by itself.
            if (person.Phone)
                Phone(account, person, day, midnight, habits.PhoneLogins * 0.4, dice);
            return;
        }
        var hours = person.AtOffice && !weekend ? WorkHours : LeisureHours;
        if (dice.Chance(knobs.Trouble.Forgotten))
            Forget(account, person, day, midnight, hours, dice);
        for (var logins = dice.Poisson(habits.DeskLogins); logins > 0; logins--)
        {
            var at = TimeOfDay(hours, dice);
            if (at >= _arrival)
                lines.Login(midnight + at, account.Name, where.DeskAddress(account, person, day, logins), account.Pop3);
        }
        if (person.Phone)
            Phone(account, person, day, midnight, habits.PhoneLogins, dice);
        Write(account, person, day, midnight, hours, trip, dice);
        if (newsletter)
            SendNewsletter(account, person, day, midnight, dice);
        if (invoices)
            SendInvoices(account, person, day, midnight, dice);
    }

    private void Write(Account account, Person person, int day, long midnight, double[] hours, Trip? trip, Dice dice)
    {
        var sending = knobs.Sending;
        var mails = (int)Math.Round(dice.LogNormal(person.Mails, sending.DaySpread) * (trip is { Business: false } ? 0.4 : 1));
        var written = new List<(long At, NetworkAddress Address, int Recipients)>();
        for (; mails > 0; mails--)
        {
            var at = TimeOfDay(hours, dice);
            if (at < _arrival)
                continue;
            var recipients = dice.Chance(sending.GroupMail) ? dice.In(sending.GroupRecipients) : 1 + dice.Poisson(sending.MoreRecipients);
            var address =
                person.Phone && dice.Chance(sending.FromPhone)
                    ? where.PhoneAddress(account, person, day, (int)(at / WorldClock.Hour), mails)
                    : where.DeskAddress(account, person, day, mails);
            written.Add((midnight + at, address, recipients));
        }
        foreach (var (at, address, recipients) in written.OrderBy(mail => mail.At))
        {
            if (!_opened.Contains(address))
                Open(account, person, day, at, address, dice);
            lines.Mails(at, account.Name, address, 1, recipients, sending.Unknown, 0, dice, Letter(account, person, dice));
        }
    }

    /// <summary>The program that is about to send has fetched mail a little earlier.</summary>
    private void Open(Account account, Person person, int day, long at, NetworkAddress address, Dice dice)
    {
        _opened.Add(address);
        if (!dice.Chance(knobs.Sending.Unopened))
            lines.Login(at - dice.Between(10, 600) * WorldClock.Second, account.Name, where.Next(person, address, day, at), account.Pop3);
    }

    /// <summary>An ordinary mail's sender and recipients.</summary>
    private Envelope Letter(Account account, Person person, Dice dice) =>
        new(dice.Chance(knobs.Sending.Aliases) ? Alias(account, person) : null, 1 + (ulong)account.Index, account.Contacts, knobs.Sending.Strangers, 0, 0.001);

    private static byte[] Alias(Account account, Person person) =>
        System.Text.Encoding.UTF8.GetBytes($"alias{person.Key % 3}.{account.Index}@{account.Site.Domain}");

    private void Phone(Account account, Person person, int day, long midnight, double mean, Dice dice)
    {
        for (var logins = dice.Poisson(mean); logins > 0; logins--)
        {
            var at = TimeOfDay(LeisureHours, dice);
            if (at < _arrival)
                continue;
            lines.Login(midnight + at, account.Name, where.PhoneAddress(account, person, day, (int)(at / WorldClock.Hour), logins), false);
        }
    }

    private void Poll(Account account, Person person, int day, long midnight, bool weekend, Dice dice)
    {
        // A computer that is switched off polls nothing: about from eight to six on weekdays.
        if (!account.PollAtNight && weekend)
            return;
        var from = account.PollAtNight ? 0 : 8 * WorldClock.Hour + dice.Below((int)WorldClock.Hour);
        var to = account.PollAtNight ? WorldClock.Day : 18 * WorldClock.Hour + dice.Below((int)WorldClock.Hour);
        // The polling computer stays where it is, also when its owner travels.
        var address = Whereabouts.StandingDesk(account, person, day);
        for (var at = from + dice.Below((int)WorldClock.Minute); at < to; at += account.PollMinutes * WorldClock.Minute)
            lines.Login(midnight + at + dice.Below(1500), account.Name, address, true);
    }

    private void RetryOldPassword(Account account, Person person, int day, long midnight, Dice dice)
    {
        for (var at = (long)dice.Below((int)WorldClock.Hour); at < WorldClock.Day; at += person.OldDevice.Minutes * WorldClock.Minute)
        {
            if (at < _arrival)
                continue;
            var hour = (int)(at / WorldClock.Hour);
            lines.Failure(midnight + at, account.Name, where.PhoneAddress(account, person, day, hour, hour), false);
        }
    }

    private void Forget(Account account, Person person, int day, long midnight, double[] hours, Dice dice)
    {
        var at = TimeOfDay(hours, dice);
        if (at < _arrival)
            return;
        account.Events.Add(new LifeEvent(LifeCauses.Forgotten, day, day + 1));
        var address = where.DeskAddress(account, person, day, 77);
        var smtp = dice.Chance(0.3);
        for (var failures = dice.In(knobs.Trouble.ForgottenFailures); failures > 0; failures--)
            lines.Failure(midnight + (at += dice.Between(3, 40) * WorldClock.Second), account.Name, address, smtp);
        lines.Login(midnight + at + WorldClock.Minute, account.Name, address, account.Pop3);
    }

    private void SendNewsletter(Account account, Person person, int day, long midnight, Dice dice)
    {
        var letter = account.Newsletter!;
        var at = midnight + Math.Max(_arrival, dice.Between(9, 16) * WorldClock.Hour) + dice.Below((int)WorldClock.Hour);
        var address = where.DeskAddress(account, person, day, 78);
        var unknown = knobs.Sending.NewsletterUnknown;
        var size = (int)(letter.Recipients * dice.Between(0.9, 1.1));
        Open(account, person, day, at, address, dice);
        var list = new Envelope(null, 0x4C495354UL + (ulong)account.Index, 0, 0.01);
        if (letter.Singly)
        {
            // Mail programs' add-ons send one after the other over one connection.
            for (var sent = 0; sent < size; sent += 100)
                lines.Mails(at + sent * 800L, account.Name, address, Math.Min(100, size - sent), 1, unknown, 800, dice, list with { First = sent });
            return;
        }
        for (var sent = 0; sent < size; sent += 50)
            lines.Mails(
                at += dice.Between(5, 40) * WorldClock.Second,
                account.Name,
                address,
                1,
                Math.Min(50, size - sent),
                unknown,
                0,
                dice,
                list with
                {
                    First = sent,
                }
            );
    }

    private void SendInvoices(Account account, Person person, int day, long midnight, Dice dice)
    {
        var at = midnight + Math.Max(_arrival, dice.Between(9, 14) * WorldClock.Hour);
        var address = where.DeskAddress(account, person, day, 79);
        Open(account, person, day, at, address, dice);
        for (var count = dice.In(knobs.Sending.Invoices); count > 0; count--)
            lines.Mails(
                at += dice.Between(4, 90) * WorldClock.Second,
                account.Name,
                address,
                1,
                1,
                knobs.Sending.Unknown,
                0,
                dice,
                new Envelope(null, 1 + (ulong)account.Index, 250, knobs.Sending.NewCustomers)
            );
    }

    private void Serve(Account account, Person person, int day, Dice dice)
    {
        var mean = dice.LogNormal(person.Mails, knobs.Sending.DaySpread) * (dice.Chance(knobs.Sending.ApplicationRush) ? 5 : 1);
        var midnight = day * WorldClock.Day - person.Country.Zone * WorldClock.Hour;
        for (var mails = dice.Poisson(mean); mails > 0; mails--)
            lines.Mails(
                midnight + TimeOfDay(LeisureHours, dice),
                account.Name,
                where.ServerAddress(account),
                1,
                1,
                knobs.Sending.Unknown,
                0,
                dice,
                new Envelope(null, 1 + (ulong)account.Index, 200, 0.7)
            );
    }

    private long Arrival(Person person, int day)
    {
        var (from, to) = (person.TripOn(day - 1)?.Country ?? person.Country, person.TripOn(day)?.Country ?? person.Country);
        if (from == to)
            return 0;
        var travel = knobs.Travel;
        var hours = GreatCircle.Kilometres(from.Latitude, from.Longitude, to.Latitude, to.Longitude) / travel.WaySpeed + travel.WayHours;
        // The clock at the destination is another one; the longest flights take the rest of the day.
        return (long)(Math.Clamp(travel.SetOut + hours + to.Zone - from.Zone, 0, 23) * WorldClock.Hour);
    }

    private static long TimeOfDay(double[] hours, Dice dice)
    {
        var rest = dice.Unit() * Total(hours);
        var hour = 0;
        while (hour < 23 && (rest -= hours[hour]) >= 0)
            hour++;
        return hour * WorldClock.Hour + dice.Below((int)WorldClock.Hour);
    }

    private static double Total(double[] hours)
    {
        var total = 0.0;
        foreach (var weight in hours)
            total += weight;
        return total;
    }
}
