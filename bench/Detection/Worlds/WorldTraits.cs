using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Worlds;

/// <summary>What the databases of places tell.</summary>
public enum PlaceData
{
    CountryOnly,
    WithAs,
    WithCoordinates,

    /// <summary>Country and AS of two years ago: one /16 in eight has moved since.</summary>
    Stale,

    /// <summary>Country and AS, another country's for one /24 in twenty.</summary>
    Wrong,
}

/// <summary>How providers give out addresses.</summary>
public enum AddressPolicy
{
    Days,
    Daily,
    Hours,
    PerConnection,
}

/// <summary>
/// One world, drawn from wide priors. The ranges are what providers, operators and surveys report at their ends, not what any detector does well in; each
/// world is one draw of everything.
/// </summary>
public sealed record WorldTraits(ulong Seed, PlaceData Places, AddressPolicy Addresses, bool Inline, int AccountsPerSite, LifeKnobs Life)
{
    public static WorldTraits Draw(ulong seed)
    {
        var dice = new Dice(seed, 50);
        var addresses = dice.Pick<AddressPolicy>([AddressPolicy.Days, AddressPolicy.Daily, AddressPolicy.Hours, AddressPolicy.PerConnection]);
        var places = dice.Pick<(PlaceData Data, double Weight)>(
            [(PlaceData.CountryOnly, 0.35), (PlaceData.WithAs, 0.25), (PlaceData.WithCoordinates, 0.15), (PlaceData.Stale, 0.12), (PlaceData.Wrong, 0.13)],
            one => one.Weight
        );
        var perSite = dice.Pick([1, 3, 10, 40, 5000]);
        var life = new LifeKnobs
        {
            WebmailOnLoopback = dice.Chance(0.5),
            Access = new AccessKnobs
            {
                DailyLease = addresses switch
                {
                    AddressPolicy.Days => dice.Between(0, 0.3),
                    AddressPolicy.Daily => dice.Between(0.6, 1),
                    _ => dice.Between(0.2, 0.6),
                },
                CarrierHours = addresses == AddressPolicy.Hours ? 1 : dice.Between(2, 12),
                CarrierExits = dice.Pick([8, 48, 400]),
                PerConnection =
                    addresses == AddressPolicy.PerConnection ? dice.Between(0.3, 1)
                    : dice.Chance(0.3) ? 0.05
                    : 0,
                SixShare = addresses == AddressPolicy.PerConnection ? dice.Between(0, 0.3) : dice.Between(0, 0.8),
                VpnPersons = dice.Pick([0.0, 0.02, 0.05, 0.12]),
                VpnOtherCountry = dice.Between(0.02, 0.3),
                Relays = dice.Pick([0.0, 0.03, 0.15]),
                Webmail = dice.Pick([0.0, 0.1, 0.5]),
                PhoneOnWifi = dice.Between(0.3, 0.8),
                HomeOffice = dice.Between(0.05, 0.5),
                Elsewhere = dice.Between(0.01, 0.1),
            },
            Travel = new TravelKnobs
            {
                Trips = dice.Between(0.1, 1.2),
                TravellerTrips = dice.Between(2, 9),
                HomeRouted = dice.Between(0.1, 0.9),
                HotelDays = dice.Chance(0.4) ? new Span(1, 1) : new Span(1, 6),
                ActivityOnHoliday = dice.Between(0.2, 1),
            },
            Sending = new SendingKnobs
            {
                Amounts = dice.LogNormal(1, 0.6),
                Strangers = dice.Between(0.03, 0.25),
                MoreRecipients = dice.Between(0.1, 0.8),
                GroupMail = dice.Between(0.002, 0.03),
                Contacts = new Span(10, dice.Between(40, 300)),
                Aliases = dice.Between(0, 0.1),
                Unopened = dice.Between(0.005, 0.08),
                NewCustomers = dice.Between(0.05, 0.4),
                FromPhone = dice.Between(0.1, 0.6),
            },
            Trouble = new TroubleKnobs
            {
                OldDevice = dice.Between(0.02, 0.15),
                Guesses = dice.LogNormal(0.4, 1),
                NewAccounts = dice.Between(0.05, 0.3),
                OfficeMoves = dice.Between(0.02, 0.25),
            },
            Sites = new SiteKnobs
            {
                Accounts = perSite,
                RolePersons = new Span(2, dice.Between(3, 8)),
                RolesAbroad = dice.Between(0, 0.8),
                Roles = dice.Between(0.5, 3),
            },
        };
        return new WorldTraits(seed, places.Data, addresses, dice.Chance(0.5), perSite, life);
    }

    public string Describe() =>
        System.FormattableString.Invariant(
            $"{Places}, {Addresses}, {(Inline ? "inline" : "logs")}, {AccountsPerSite}/site, mails x{Life.Sending.Amounts:0.0}, web mail {Life.Access.Webmail:0.0}"
        );
}
