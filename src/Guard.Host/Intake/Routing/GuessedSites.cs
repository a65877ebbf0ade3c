using Guard.Actors.Behaviour;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Routing;

/// <summary>A site at which strangers guess names: what came of it within the last hour.</summary>
/// <param name="Names">About how many different ones; beyond some thousands it says less.</param>
/// <param name="Usual">Failures of an hour before it began.</param>
public sealed record GuessedSite(SiteId Site, DateTimeOffset Since, long Failures, int Names, int Addresses, double Usual);

/// <summary>
/// Failures of names that nobody knows, by site: they found no account, and spread over many addresses none of them need fail often; that a site is attacked is
/// seen here all the same. A node's own, in memory and bounded: some counters for each site, which a flood makes no longer. It tells, it blocks nobody.
/// </summary>
public sealed class GuessedSites(TimeProvider clock)
{
    private const int MaxSites = 256;

    /// <summary>Far above what mistyped names and old programs come to, and from more addresses than blocking them one by one sees.</summary>
    private const int LeastFailures = 200;
    private const int LeastNames = 50;
    private const int LeastAddresses = 20;
    private const int TimesUsual = 5;

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>Domains at which there is no account are one.</summary>
    private static readonly SiteId Elsewhere = new("elsewhere");

    private readonly Lock _gate = new();
    private readonly Dictionary<SiteId, GuessedHour> _sites = [];

    /// <summary>Told of a site once its attack begins.</summary>
    public Action<GuessedSite>? Begun { get; set; }

    public void Add(Login failure, SiteId site, bool isOurs)
    {
        GuessedSite? begun;
        lock (_gate)
        {
            var key = isOurs ? site : Elsewhere;
            if (!_sites.TryGetValue(key, out var hour))
                _sites.Add(key, hour = MakeRoom());
            hour.Add(failure.At.ToUnixTimeSeconds(), StableHash.Of(failure.User.Value), HashOf(failure.Place.Address));
            begun = Judge(key, hour, failure.At);
        }
        if (begun is not null)
            Begun?.Invoke(begun);
    }

    /// <summary>The sites that are attacked now, the worst first.</summary>
    public IReadOnlyList<GuessedSite> Attacked()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var (site, hour) in _sites)
            {
                hour.Turn(now.ToUnixTimeSeconds());
                Judge(site, hour, now);
            }
            return [.. _sites.Where(one => one.Value.Since is not null).Select(one => Describe(one.Key, one.Value)).OrderByDescending(one => one.Failures)];
        }
    }

    /// <returns>What is to be told: that it begins.</returns>
    private GuessedSite? Judge(SiteId site, GuessedHour hour, DateTimeOffset at)
    {
        // What an old log tells is over.
        if (clock.GetUtcNow() - at > Fresh)
            return null;
        var least = Math.Max(LeastFailures, TimesUsual * hour.Usual);
        if (hour.Since is not null)
        {
            if (hour.Failures < least / 2)
                hour.Since = null;
            return null;
        }
        if (hour.Failures < least || hour.Addresses < LeastAddresses || hour.Names < LeastNames)
            return null;
        hour.Since = at;
        return Describe(site, hour);
    }

    /// <summary>Of IPv6 the network that one host has.</summary>
    private static ulong HashOf(NetworkAddress address)
    {
        var bits = AddressKeys.Party(address).Bits;
        // Fibonacci hashing: neighbours fall far apart.
        return ((ulong)(bits >> 64) ^ (ulong)bits) * 0x9E3779B97F4A7C15 >> 20;
    }

    private static GuessedSite Describe(SiteId site, GuessedHour hour) =>
        new(site, hour.Since ?? default, hour.Failures, hour.Names, hour.Addresses, hour.Usual);

    private GuessedHour MakeRoom()
    {
        if (_sites.Count < MaxSites)
            return new GuessedHour();
        var (least, _) = _sites.MinBy(one => (one.Value.Since is not null, one.Value.Failures));
        _sites.Remove(least);
        return new GuessedHour();
    }
}
