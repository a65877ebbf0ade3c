using System.Collections.Concurrent;
using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;
using Guard.Messages.Users;

namespace Guard.Actors.Policies;

/// <summary>The places that planned exceptions name, read once for each text.</summary>
public static class ExpectedPlaces
{
    private const int MaxKnown = 1000;

    private static readonly ConcurrentDictionary<string, PlaceSet> Known = new();

    public static string[] Words(string places) => places.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with the words; null when nothing is.</summary>
    public static string? Fault(string places) => PlaceSet.TryParse(Words(places), out _, out var error) ? null : error;

    /// <summary>Whether an exception that holds names the place.</summary>
    public static bool Contain(ImmutableArray<PlannedException> planned, Place place, DateTimeOffset at)
    {
        foreach (var one in planned)
        {
            if (one.Places.Length > 0 && one.HoldsAt(at) && SetOf(one.Places).Contains(place))
                return true;
        }
        return false;
    }

    private static PlaceSet SetOf(string places)
    {
        if (Known.TryGetValue(places, out var known))
            return known;
        // Words were checked when they were planned; a newer version's word that this one cannot read names nothing.
        if (!PlaceSet.TryParse(Words(places), out var set, out _))
            PlaceSet.TryParse([], out set, out _);
        if (Known.Count >= MaxKnown)
            Known.Clear();
        Known[places] = set;
        return set;
    }
}
