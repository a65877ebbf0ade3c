using System.Collections.Immutable;
using Guard.Actors.Sites;
using Guard.Messages.Sites;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>What is usual at a site, in the journal and on the wire.</summary>
internal static class PatternsWire
{
    public static DayPatternRecord Write(DayPattern pattern)
    {
        var record = new DayPatternRecord { User = pattern.User, Day = pattern.Day };
        record.Home.Add(pattern.Home.Select(country => (uint)country));
        record.Away.Add(pattern.Away.Select(country => (uint)country));
        record.Hostile.Add(pattern.Hostile.Select(country => (uint)country));
        record.Networks.Add(pattern.Networks);
        return record;
    }

    public static DayPattern Read(DayPatternRecord record) =>
        new(record.User, record.Day, Countries(record.Home), Countries(record.Away), Countries(record.Hostile), [.. record.Networks]);

    private static ImmutableArray<ushort> Countries(IEnumerable<uint> keys) => [.. keys.Select(key => (ushort)key)];

    public static SitePriorRecord? Write(SitePrior prior)
    {
        if (prior == SitePrior.None)
            return null;
        var record = new SitePriorRecord { Away = prior.Away, Hostile = prior.Hostile };
        record.Countries.Add(prior.Countries.Select(Write));
        record.Networks.Add(prior.SharedNetworks);
        return record;
    }

    public static SitePrior Read(SitePriorRecord? record) =>
        record is null ? SitePrior.None : new SitePrior(record.Away, record.Hostile, [.. record.Countries.Select(Read)], [.. record.Networks]);

    public static SitePatternsRecord Write(SitePatterns patterns)
    {
        var record = new SitePatternsRecord
        {
            Day = patterns.Day,
            ToldDay = patterns.ToldDay,
            Told = Write(patterns.Told),
        };
        record.Countries.Add(patterns.Countries.Select(Write));
        record.Networks.Add(
            patterns.Networks.Select(network => new SharedNetworkRecord
            {
                Narrow = network.Narrow,
                Users = network.Users,
                Day = network.Day,
            })
        );
        return record;
    }

    public static SitePatterns Read(SitePatternsRecord? record) =>
        record is null
            ? SitePatterns.Empty
            : new SitePatterns(
                record.Day,
                [.. record.Countries.Select(Read)],
                [.. record.Networks.Select(network => new SharedNetwork(network.Narrow, network.Users, network.Day))],
                record.ToldDay,
                Read(record.Told)
            );

    private static CountryPriorRecord Write(CountryPrior prior) =>
        new()
        {
            Country = prior.Country,
            Home = prior.Home,
            Away = prior.Away,
            Hostile = prior.Hostile,
        };

    private static CountryPrior Read(CountryPriorRecord record) => new((ushort)record.Country, record.Home, record.Away, record.Hostile);
}
