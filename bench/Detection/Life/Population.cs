using System.Text;
using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Life;

/// <summary>Who there is: sites, accounts and the plan of their lives, all from one seed.</summary>
public sealed class Population
{
    private static readonly string[] RoleNames = ["info", "sales", "office", "support", "contact", "booking", "service"];

    private readonly LifeKnobs _knobs;
    private readonly NetworkPlan _networks;
    private readonly int _days;

    public Population(ulong seed, int accounts, int days, LifeKnobs knobs, NetworkPlan networks)
    {
        (_knobs, _networks, _days) = (knobs, networks, days);
        var dice = new Dice(seed, 1);
        Sites =
        [
            .. Enumerable
                .Range(0, Math.Max(accounts >= 80 && knobs.Sites.Accounts <= 20 ? 4 : 1, accounts / knobs.Sites.Accounts))
                .Select(index => MakeSite(index, dice)),
        ];
        Accounts = [.. Enumerable.Range(0, accounts).Select(index => MakeAccount(index, Sites[index % Sites.Count], new Dice(seed, 2, (ulong)index)))];
    }

    public IReadOnlyList<Site> Sites { get; }

    public IReadOnlyList<Account> Accounts { get; }

    private Site MakeSite(int index, Dice dice)
    {
        var country = dice.Pick(Country.All, one => one.Sites);
        var offices = _networks.Of(country, NetworkKind.Business);
        var moves = dice.Chance(_knobs.Trouble.OfficeMoves * _days / 120.0);
        var line = dice.Below(offices.Length);
        return new Site(index, $"site{index}.example", country, offices[line], offices[1 - line], moves ? dice.Between(25, Math.Max(25, _days)) : int.MaxValue);
    }

    private Account MakeAccount(int index, Site site, Dice dice)
    {
        var habits = dice.Pick(ArchetypeHabits.All, one => one.Share * (one.Archetype == Archetype.SharedRole ? _knobs.Sites.Roles : 1));
        var trouble = _knobs.Trouble;
        var access = _knobs.Access;
        var sending = _knobs.Sending;
        var first = dice.Chance(trouble.NewAccounts) ? dice.Between(5, Math.Max(5, _days - 5)) : 0;
        var asleep = (From: int.MaxValue, To: int.MaxValue);
        if (habits.Archetype == Archetype.Dormant)
        {
            asleep.From = first + dice.Between(10, 30);
            asleep.To = asleep.From + dice.In(trouble.DormantDays);
        }
        var role = habits.Archetype is Archetype.SharedRole or Archetype.SparsePop3;
        var user = $"{(role ? dice.Pick(RoleNames) : "user")}{index}@{site.Domain}";
        var persons = new List<Person>();
        for (var count = habits.Archetype == Archetype.SharedRole ? dice.In(_knobs.Sites.RolePersons) : 1; count > 0; count--)
            persons.Add(MakePerson(index, persons.Count, site, habits, dice));
        var account = new Account
        {
            Index = index,
            User = user,
            Name = Encoding.UTF8.GetBytes(user),
            Site = site,
            Habits = habits,
            Persons = persons,
            FirstDay = first,
            Asleep = asleep,
            Pop3 = habits.Archetype is Archetype.SparsePop3 or Archetype.Poller || dice.Chance(0.1),
            PollMinutes = habits.Archetype == Archetype.Poller ? dice.Pick(access.PollMinutes, one => one.Weight).Minutes : 0,
            Contacts = dice.In(_knobs.Sending.Contacts),
            PollAtNight = dice.Chance(access.PollAtNight),
            Newsletter =
                habits.Archetype != Archetype.Newsletter
                    ? null
                    : new NewsletterHabit(
                        (int)Math.Clamp(dice.LogNormal(sending.NewsletterMedian, sending.NewsletterSpread), 150, 8000),
                        dice.Below(5),
                        dice.Chance(sending.WeeklyNewsletter),
                        dice.Chance(sending.NewsletterSingly)
                    ),
        };
        LifeStory.Write(account, _days);
        return account;
    }

    private Person MakePerson(int account, int number, Site site, ArchetypeHabits habits, Dice dice)
    {
        var access = _knobs.Access;
        var travel = _knobs.Travel;
        var trouble = _knobs.Trouble;
        // Colleagues of a role abroad: the first person sits at home, every second other one elsewhere.
        var country = number > 0 && dice.Chance(_knobs.Sites.RolesAbroad) ? dice.Pick(Country.All, one => one.Sites) : site.Country;
        var lines = _networks.Of(country, NetworkKind.Home);
        var line = dice.Below(lines.Length);
        var scale = _days / 120.0;
        return new Person
        {
            Key = dice.Next(),
            Country = country,
            HomeLine = lines[line],
            NextHomeLine = lines[(line + 1) % lines.Length],
            ProviderChangeDay = dice.Chance(access.ProviderChange * scale) ? dice.Between(20, Math.Max(20, _days)) : int.MaxValue,
            Carrier = dice.Pick(_networks.Of(country, NetworkKind.Mobile)),
            Six = dice.Chance(access.SixShare),
            LeaseDays = dice.Chance(access.DailyLease) ? 1 : dice.In(access.LeaseDays),
            PoolBits = dice.In(access.PoolBits),
            PerConnection = dice.Chance(access.PerConnection),
            Relay = dice.Chance(access.Relays),
            Webmail = habits.Archetype != Archetype.WebApplication && dice.Chance(access.Webmail),
            AtOffice = country == site.Country && dice.Chance(habits.AtOffice),
            Phone = dice.Chance(habits.Phone),
            VpnExit = habits.Archetype != Archetype.WebApplication && dice.Chance(access.VpnPersons) ? dice.Pick(Country.All, one => one.Sites) : null,
            Trips = habits.Archetype is Archetype.WebApplication ? [] : Trips(country, habits.Archetype, scale, dice),
            Absence = dice.Chance(travel.Absence * scale) ? Days(dice, dice.In(travel.AbsenceDays)) : (0, 0),
            OldDevice =
                dice.Chance(trouble.OldDevice * scale) && Days(dice, dice.In(trouble.OldDeviceDays)) is var (from, to)
                    ? (from, to, dice.In(trouble.OldDeviceMinutes))
                    : (0, 0, 0),
            Mails = dice.LogNormal(
                habits.Archetype == Archetype.WebApplication ? _knobs.Sending.ApplicationMails : habits.Mails * _knobs.Sending.Amounts,
                _knobs.Sending.PersonSpread
            ),
        };
    }

    private List<Trip> Trips(Country home, Archetype archetype, double scale, Dice dice)
    {
        var travel = _knobs.Travel;
        var byProfession = archetype == Archetype.Traveller;
        var trips = new List<Trip>();
        for (var count = dice.Poisson((byProfession ? travel.TravellerTrips : travel.Trips) * scale); count > 0; count--)
        {
            var business = byProfession ? dice.Chance(0.85) : dice.Chance(0.25);
            var (from, to) = Days(dice, dice.In(business ? travel.BusinessDays : travel.PrivateDays));
            var country = dice.Pick(Country.All, one => one.Trips);
            if (country != home)
                trips.Add(new Trip(from, to, country, business, dice.Chance(travel.HomeRouted), dice.In(travel.HotelDays)));
        }
        return trips;
    }

    private (int From, int To) Days(Dice dice, int length)
    {
        var from = dice.Below(Math.Max(1, _days));
        return (from, from + length);
    }
}
