using System.Collections;
using Guard.Messages.Places;

namespace Guard.Actors.Policies.Geography;

/// <summary>What a list of place words matches; filled while parsing, then only read.</summary>
internal sealed class PlaceMatch
{
    private readonly BitArray _countries = new(Countries.All.Length);
    private readonly HashSet<string> _subdivisions = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<NetworkPrefix> _networks = [];
    private readonly HashSet<uint> _systems = [];

    public bool Everything { get; set; }

    public bool Private { get; set; }

    public bool Unknown { get; set; }

    public AnonymousNetwork Anonymous { get; set; }

    public bool IsOfCountries =>
        !Everything && !Private && !Unknown && Anonymous == default && _subdivisions.Count == 0 && _networks.Count == 0 && _systems.Count == 0;

    public void Add(Country country) => _countries[country.Index] = true;

    public void AddSubdivision(string code) => _subdivisions.Add(code);

    public void Add(NetworkPrefix network) => _networks.Add(network);

    public void AddSystem(uint number) => _systems.Add(number);

    /// <summary>Whether all that matches another surely matches this. A subdivision lies in its country; where a network or system lies is not known.</summary>
    public bool Covers(PlaceMatch other)
    {
        if (Everything || other.Everything)
            return Everything;
        foreach (var country in Countries.All)
        {
            if (other._countries[country.Index] && !_countries[country.Index])
                return false;
        }
        return (Private || !other.Private)
            && (Unknown || !other.Unknown)
            && (other.Anonymous & ~Anonymous) == 0
            && other._systems.IsSubsetOf(_systems)
            && other._subdivisions.All(CoversSubdivision)
            && other._networks.TrueForAll(network => _networks.Exists(wider => wider.Length <= network.Length && wider.Contains(network.Network)));
    }

    private bool CoversSubdivision(string code) =>
        _subdivisions.Contains(code) || (Countries.IndexOf(code.Split('-')[0].ToUpperInvariant()) is >= 0 and var index && _countries[index]);

    public bool Matches(Place place)
    {
        if (Everything)
            return true;
        var index = Countries.IndexOf(place.Country);
        if (index >= 0 && _countries[index])
            return true;
        if (Unknown && index < 0 && place.Kind is AddressKind.Public or AddressKind.Unknown)
            return true;
        if (Private && place.Kind is AddressKind.Private or AddressKind.Loopback or AddressKind.LinkLocal)
            return true;
        if ((place.Anonymous & Anonymous) != 0)
            return true;
        if (_subdivisions.Count > 0 && place.Subdivision.Length > 0 && _subdivisions.Contains(place.Subdivision))
            return true;
        if (place.Asn != 0 && _systems.Contains(place.Asn))
            return true;
        foreach (var network in _networks)
        {
            if (network.Contains(place.Address))
                return true;
        }
        return false;
    }
}
