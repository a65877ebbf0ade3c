using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Actors.Behaviour;

/// <summary>Where an account was used at a time.</summary>
public readonly record struct Sighting(float Latitude, float Longitude, long Second, NetworkAddress Address, ushort Country)
{
    public bool IsKnown => Second != 0;

    public bool HasCoordinates => !float.IsNaN(Latitude) && !float.IsNaN(Longitude);

    public static Sighting Of(Place place, long second) =>
        new(place.Latitude, place.Longitude, second, place.Address, (ushort)PlaceKeys.CountryKey(place.Country));
}

/// <summary>Two sightings that one person cannot have made.</summary>
/// <param name="Kilometres">Between them.</param>
/// <param name="Minutes">Between them.</param>
/// <param name="Least">Minutes that the way takes at least.</param>
/// <param name="Other">The sighting that is not the present one.</param>
/// <param name="IsMeasured">Between coordinates, not only between countries.</param>
/// <param name="IsFirm">The owner was at a line that stays theirs; otherwise only several networks of their country say so.</param>
public readonly record struct Contradiction(double Kilometres, double Minutes, double Least, Sighting Other, bool IsMeasured, bool IsFirm = true);

/// <summary>
/// Where the owner was last seen at one of their <see cref="Anchors"/>, and where the account was last used abroad. Who travels is not at home; who steals a
/// password does not keep the owner from going on there.
/// </summary>
public readonly record struct Presence(Sighting Home, Sighting Abroad)
{
    /// <summary>Kilometres an hour from door to door, and hours besides for the way to and from an airport.</summary>
    private const double TravelSpeed = 900;
    private const double TravelOverhead = 2;

    /// <summary>Nothing on earth is farther away.</summary>
    private const double MaxMinutes = 60 * (TravelOverhead + 20_040 / TravelSpeed);

    public Contradiction? Against(Sighting other, Place place, long second)
    {
        var minutes = Math.Max(0, second - other.Second) / 60.0;
        if (!other.IsKnown || minutes > MaxMinutes)
            return null;
        // Without coordinates the countries' own places say how far it is at least.
        var isMeasured = place.HasCoordinates && other.HasCoordinates;
        var kilometres = isMeasured
            ? GreatCircle.Kilometres(other.Latitude, other.Longitude, place.Latitude, place.Longitude)
            : CountryPlaces.Kilometres(PlaceKeys.CountryName(other.Country), place.Country);
        if (kilometres < EvidenceScale.LeastDistance)
            return null;
        var least = 60 * (TravelOverhead + kilometres / TravelSpeed);
        return minutes < least ? new Contradiction(kilometres, minutes, least, other, isMeasured) : null;
    }
}
