using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Observations;
using Guard.Messages.Sites;

namespace Guard.Actors.Users;

/// <summary>What a user tells its site of a day that is over. Pure; taken from what the user remembers anyway.</summary>
public static class UserPatterns
{
    /// <summary>The day that ends with the next observation; null within a day.</summary>
    public static DayPattern? Ended(UserState state, Observation next)
    {
        if (state.LastSeen == 0)
            return null;
        var day = (int)(state.LastSeen / 86_400_000);
        if (next.At.ToUnixTimeMilliseconds() / 86_400_000 <= day)
            return null;
        var baseline = state.Baseline;
        var most = 0.0;
        foreach (ref readonly var country in baseline.Countries.Entries)
            most = Math.Max(most, FamiliarityTable.Faded(country, day));
        var home = ImmutableArray.CreateBuilder<ushort>();
        var away = ImmutableArray.CreateBuilder<ushort>();
        foreach (ref readonly var country in baseline.Countries.Entries)
        {
            if (country.Day == day)
                (FamiliarityTable.Faded(country, day) >= most / 2 ? home : away).Add((ushort)country.Key);
        }
        foreach (ref readonly var waiting in baseline.Probation.Entries)
        {
            if (!waiting.Hostile && waiting.LastHour / 24 == day && waiting.Country != 0 && !home.Contains(waiting.Country) && !away.Contains(waiting.Country))
                away.Add(waiting.Country);
        }
        var hostile = ImmutableArray.CreateBuilder<ushort>();
        foreach (ref readonly var recent in baseline.Recent.Entries)
        {
            if (
                recent.Failures > 0
                && recent.Second / 86400 == day
                && recent.Country != 0
                && baseline.Countries.Weight(recent.Country, day) < 0.5
                && !away.Contains(recent.Country)
                && !hostile.Contains(recent.Country)
            )
            {
                hostile.Add(recent.Country);
            }
        }
        var networks = ImmutableArray.CreateBuilder<ulong>();
        foreach (ref readonly var network in baseline.NarrowNetworks.Entries)
        {
            if (network.Day == day)
                networks.Add(network.Key);
        }
        return home.Count + away.Count + hostile.Count + networks.Count == 0
            ? null
            : new DayPattern(StableHash.Of(state.User.Value), day, home.ToImmutable(), away.ToImmutable(), hostile.ToImmutable(), networks.ToImmutable());
    }
}
