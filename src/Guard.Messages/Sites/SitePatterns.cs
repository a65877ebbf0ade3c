using System.Collections.Immutable;

namespace Guard.Messages.Sites;

/// <summary>What one user of a site did on one day, for the patterns of the site.</summary>
/// <param name="User">Stable hash of the user's name: users are counted, not remembered.</param>
/// <param name="Day">Days since 1970.</param>
/// <param name="Home">Keys of countries where the user is at home (two letters as a number).</param>
/// <param name="Away">Countries where the user was away from home, in peace.</param>
/// <param name="Hostile">Countries where strangers guessed at the password.</param>
/// <param name="Networks">Keys of narrow networks used in peace.</param>
public sealed record DayPattern(
    ulong User,
    int Day,
    ImmutableArray<ushort> Home,
    ImmutableArray<ushort> Away,
    ImmutableArray<ushort> Hostile,
    ImmutableArray<ulong> Networks
);

/// <summary>Days of a country at a site, older ones faded.</summary>
public readonly record struct CountryPrior(ushort Country, float Home, float Away, float Hostile);

/// <summary>What a site knows before it knows a user: a new account of a British office is British, and so is its office's line.</summary>
/// <param name="Away">User-days away from home in all countries.</param>
/// <param name="Hostile">User-days with guesses from any country.</param>
/// <param name="Countries">The countries that say most.</param>
/// <param name="SharedNetworks">Narrow networks that several well-behaved users share.</param>
public sealed record SitePrior(float Away, float Hostile, ImmutableArray<CountryPrior> Countries, ImmutableArray<ulong> SharedNetworks)
{
    public static SitePrior None { get; } = new(0, 0, [], []);

    public CountryPrior Of(ulong country)
    {
        foreach (var prior in Countries)
        {
            if (prior.Country == country)
                return prior;
        }
        return new CountryPrior((ushort)country, 0, 0, 0);
    }

    public bool Shares(ulong narrow)
    {
        foreach (var shared in SharedNetworks)
        {
            if (shared == narrow && narrow != 0)
                return true;
        }
        return false;
    }
}
