using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Life;

/// <summary>Which address a person's device has at a time. Pure: the same question has the same answer.</summary>
public sealed class Whereabouts(LifeKnobs knobs, NetworkPlan networks)
{
    private const ulong Desk = 1;
    private const ulong Mobile = 2;

    /// <summary>The time zone a person is in.</summary>
    public static int Zone(Person person, int day) => (person.TripOn(day)?.Country ?? person.Country).Zone;

    /// <summary>The server's own web mail, in whose name its users come.</summary>
    public NetworkAddress Webmail { get; } =
        knobs.WebmailOnLoopback ? NetworkAddress.FromIPv4(0x7F000001) : networks.Of(Country.All[0], NetworkKind.Hosting)[0].Fixed(4242);

    /// <summary>The address of the next connection of a device: the same one, or another of the provider's pool.</summary>
    public NetworkAddress Next(Person person, NetworkAddress address, int day, long session)
    {
        if (!person.PerConnection)
            return address;
        foreach (var line in (ReadOnlySpan<Network>)[HomeLine(person, day), person.Carrier])
        {
            if (line.Contains(address))
                return OfPool(person, line, day, session + 5000);
        }
        return address;
    }

    public NetworkAddress DeskAddress(Account account, Person person, int day, long session)
    {
        if (person.Webmail && Unit(person, day, session, 42) < 0.7)
            return Webmail;
        if (person.Relay && Unit(person, day, session, 43) < 0.7)
            return networks.Of(person.Country, NetworkKind.Hosting)[1].Line(Dice.Hash(person.Key, 44), Hash(day, session), 10);
        if (person.VpnExit is { } usual && Unit(person, day, session, 31) < knobs.Access.VpnSessions)
            return Vpn(person, usual, day);
        if (person.TripOn(day) is { } trip)
            return Hotel(person, trip, day);
        if (Unit(person, day, 0, 32) < knobs.Access.Elsewhere)
            return Elsewhere(person, day);
        return WorksAtOffice(person, day) ? account.Site.OfficeAddress(day) : Home(person, day, Desk, session);
    }

    /// <summary>A computer that stays where it is, also when its owner travels.</summary>
    public static NetworkAddress StandingDesk(Account account, Person person, int day) =>
        person.AtOffice ? account.Site.OfficeAddress(day) : Home(person, day, Desk);

    public NetworkAddress PhoneAddress(Account account, Person person, int day, int hour, long session)
    {
        var wifi = Unit(person, day, session, 33) < knobs.Access.PhoneOnWifi;
        if (person.VpnExit is { } usual && Unit(person, day, 0, 34) < knobs.Access.VpnSessions / 2)
            return Vpn(person, usual, day);
        if (person.TripOn(day) is { } trip)
        {
            if (wifi)
                return Hotel(person, trip, day);
            return trip.HomeRouted
                ? Cell(person, person.Carrier, day, hour, session)
                : Cell(person, networks.Of(trip.Country, NetworkKind.Mobile)[(int)(person.Key & 1)], day, hour, session);
        }
        if (!wifi)
            return Cell(person, person.Carrier, day, hour, session);
        return hour is >= 8 and < 18 && WorksAtOffice(person, day) ? account.Site.OfficeAddress(day) : Home(person, day, Mobile, session + 1000);
    }

    /// <summary>A web application's own server.</summary>
    public NetworkAddress ServerAddress(Account account) =>
        networks.Of(account.Site.Country, NetworkKind.Hosting)[0].Fixed(Dice.Hash((ulong)account.Index, 35));

    private bool WorksAtOffice(Person person, int day) =>
        person.AtOffice && !WorldClock.IsWeekend(day, person.Country) && Unit(person, day, 0, 36) >= knobs.Access.HomeOffice;

    private static Network HomeLine(Person person, int day) => day < person.ProviderChangeDay ? person.HomeLine : person.NextHomeLine;

    private static long Hash(int day, long session) => (long)(Dice.Hash((ulong)day, (ulong)session, 45) >> 1);

    /// <summary>Some /24 of the provider's pool for each connection.</summary>
    private static NetworkAddress OfPool(Person person, Network line, int day, long session) => line.Line(person.Key, Hash(day, session), 17);

    private static NetworkAddress Home(Person person, int day, ulong device, long session = 0)
    {
        var line = HomeLine(person, day);
        if (person.PerConnection)
            return OfPool(person, line, day, session);
        // Lines renew on different days.
        var period = (day + (long)(person.Key % (ulong)person.LeaseDays)) / person.LeaseDays;
        return person.Six && line.Six != 0 ? line.SixLine(person.Key, period, person.Key + device, day) : line.Line(person.Key, period, person.PoolBits);
    }

    private NetworkAddress Cell(Person person, Network carrier, int day, int hour, long connection)
    {
        if (person.PerConnection)
            return OfPool(person, carrier, day, connection + 2000);
        var session = (long)day * 24 + hour / knobs.Access.CarrierHours;
        return person.Six && carrier.Six != 0
            ? carrier.SixLine(Dice.Hash(person.Key, 37), session, person.Key + Mobile, day)
            : carrier.Shared(Dice.Hash(person.Key, (ulong)session), knobs.Access.CarrierExits);
    }

    private NetworkAddress Hotel(Person person, Trip trip, int day)
    {
        var hotel = (ulong)((day - trip.From) / trip.HotelDays);
        return networks.Of(trip.Country, NetworkKind.Business)[(int)(hotel % 2)].Fixed(Dice.Hash(person.Key, (ulong)trip.From, hotel));
    }

    private NetworkAddress Elsewhere(Person person, int day) =>
        // A handful of places that are visited again.
        networks.Of(person.Country, NetworkKind.Business)[1].Fixed(Dice.Hash(person.Key, 38, Dice.Hash(person.Key, (ulong)day) % 6));

    private NetworkAddress Vpn(Person person, Country usual, int day)
    {
        var other = Unit(person, day, 0, 39) < knobs.Access.VpnOtherCountry;
        var country = other ? Country.All[(int)(Dice.Hash(person.Key, (ulong)day, 40) % 20)] : usual;
        return networks.Of(country, NetworkKind.Hosting)[1].Shared(Dice.Hash(person.Key, (ulong)day, 41), knobs.Access.VpnExits);
    }

    private static double Unit(Person person, int day, long session, ulong purpose) =>
        (Dice.Hash(person.Key, (ulong)day, (ulong)session, purpose) >> 11) * (1.0 / (1UL << 53));
}
