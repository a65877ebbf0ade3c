using System.Collections.Immutable;
using System.Numerics;
using Guard.Messages.Sites;

namespace Guard.Actors.Sites;

/// <summary>A narrow network and who uses it.</summary>
/// <param name="Users">One bit per hashed user: how many are set is about how many there are.</param>
/// <param name="Day">The last day, since 1970.</param>
public readonly record struct SharedNetwork(ulong Narrow, ulong Users, int Day);

/// <summary>What the users of a site have in common, faded and bounded. It learns of days that are over, so that a day never speaks for itself.</summary>
/// <param name="ToldDay">The day from which on <paramref name="Told"/> holds.</param>
/// <param name="Told">What the users are told: as it was when that day began, so that live operation and a replay of its logs tell the same.</param>
public sealed record SitePatterns(int Day, ImmutableArray<CountryPrior> Countries, ImmutableArray<SharedNetwork> Networks, int ToldDay, SitePrior Told)
{
    private const int MaxCountries = 64;
    private const int MaxNetworks = 64;
    private const int ToldCountries = 24;
    private const int ToldNetworks = 12;

    /// <summary>Users who make a network the site's.</summary>
    private const int LeastUsers = 3;

    /// <summary>Days until a day counts half, and after which an unused network is forgotten.</summary>
    private const double HalfLife = 60;

    public static SitePatterns Empty { get; } = new(0, [], [], 0, SitePrior.None);

    /// <param name="today">Day on which the pattern was told.</param>
    public SitePatterns See(DayPattern pattern, int today)
    {
        var told = today > ToldDay ? this with { ToldDay = today, Told = Prior() } : this;
        var next = pattern.Day > Day ? told.Fade(pattern.Day) : told;
        var countries = next.Countries.ToBuilder();
        foreach (var country in pattern.Home)
            Count(countries, country, prior => prior with { Home = prior.Home + 1 });
        foreach (var country in pattern.Away)
            Count(countries, country, prior => prior with { Away = prior.Away + 1 });
        foreach (var country in pattern.Hostile)
            Count(countries, country, prior => prior with { Hostile = prior.Hostile + 1 });
        var networks = next.Networks.ToBuilder();
        foreach (var narrow in pattern.Networks)
            Count(networks, narrow, 1UL << (int)(pattern.User & 63), pattern.Day);
        return next with { Countries = countries.ToImmutable(), Networks = networks.ToImmutable() };
    }

    private SitePrior Prior() =>
        Day == 0
            ? SitePrior.None
            : new(
                Countries.Sum(country => country.Away),
                Countries.Sum(country => country.Hostile),
                [.. Countries.OrderByDescending(Weight).Take(ToldCountries)],
                [
                    .. Networks
                        .Where(network => BitOperations.PopCount(network.Users) >= LeastUsers)
                        .OrderByDescending(network => network.Day)
                        .Take(ToldNetworks)
                        .Select(network => network.Narrow),
                ]
            );

    private SitePatterns Fade(int day)
    {
        var factor = Day == 0 ? 1 : (float)double.Exp2(-(day - Day) / HalfLife);
        return this with
        {
            Day = day,
            Countries =
            [
                .. Countries.Select(country => new CountryPrior(country.Country, country.Home * factor, country.Away * factor, country.Hostile * factor)),
            ],
            Networks = [.. Networks.Where(network => day - network.Day < HalfLife)],
        };
    }

    private static float Weight(CountryPrior country) => country.Home + country.Away + country.Hostile;

    private static void Count(ImmutableArray<CountryPrior>.Builder countries, ushort country, Func<CountryPrior, CountryPrior> change)
    {
        for (var i = 0; i < countries.Count; i++)
        {
            if (countries[i].Country == country)
            {
                countries[i] = change(countries[i]);
                return;
            }
        }
        var added = change(new CountryPrior(country, 0, 0, 0));
        if (countries.Count < MaxCountries)
        {
            countries.Add(added);
            return;
        }
        var least = 0;
        for (var i = 1; i < countries.Count; i++)
        {
            if (Weight(countries[i]) < Weight(countries[least]))
                least = i;
        }
        countries[least] = added;
    }

    private static void Count(ImmutableArray<SharedNetwork>.Builder networks, ulong narrow, ulong user, int day)
    {
        for (var i = 0; i < networks.Count; i++)
        {
            if (networks[i].Narrow == narrow)
            {
                networks[i] = new SharedNetwork(narrow, networks[i].Users | user, Math.Max(networks[i].Day, day));
                return;
            }
        }
        if (networks.Count < MaxNetworks)
        {
            networks.Add(new SharedNetwork(narrow, user, day));
            return;
        }
        // Those of a single user give way first, the longest unused of them.
        var least = 0;
        for (var i = 1; i < networks.Count; i++)
        {
            if (Rank(networks[i]).CompareTo(Rank(networks[least])) < 0)
                least = i;
        }
        networks[least] = new SharedNetwork(narrow, user, day);
    }

    private static (int, int) Rank(SharedNetwork network) => (Math.Min(LeastUsers, BitOperations.PopCount(network.Users)), network.Day);
}
