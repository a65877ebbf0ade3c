using Guard.Bench.Detection.World;
using Guard.Host.Geo;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Worlds;

/// <summary>What a world's databases say of an address: less than the truth, and not always that.</summary>
public sealed class WorldPlaces : IPlaceLookup
{
    private readonly PlaceData _data;
    private readonly ulong _seed;
    private readonly Network[] _four;
    private readonly Network[] _six;

    public WorldPlaces(NetworkPlan networks, PlaceData data, ulong seed)
    {
        (_data, _seed) = (data, seed);
        _four = [.. networks.All.OrderBy(network => network.Base)];
        _six = [.. networks.All.Where(network => network.Six != 0).OrderBy(network => network.Six)];
    }

    public Place Find(NetworkAddress address)
    {
        if (address.IsNone)
            return Place.None;
        var kind = AddressKinds.Of(address);
        if (Of(address) is not { } network)
            return new Place(address, kind);
        var other = _data switch
        {
            PlaceData.Wrong => Dice.Hash(_seed, Narrow(address), 61) % 20 == 0,
            PlaceData.Stale => Dice.Hash(_seed, Narrow(address) >> 8, 62) % 8 == 0,
            _ => false,
        };
        if (other)
            network = _four[(int)(Dice.Hash(_seed, Narrow(address) >> (_data == PlaceData.Stale ? 8 : 0), 63) % (ulong)_four.Length)];
        return new Place(
            address,
            kind,
            network.Country.Code,
            "",
            _data == PlaceData.CountryOnly ? 0 : network.Asn,
            _data == PlaceData.WithCoordinates ? (float)network.Latitude : float.NaN,
            _data == PlaceData.WithCoordinates ? (float)network.Longitude : float.NaN
        );
    }

    private Network? Of(NetworkAddress address)
    {
        var all = address.IsIPv4 ? _four : _six;
        var value = address.IsIPv4 ? (uint)address.Bits : (ulong)(address.Bits >> 64);
        var (low, high) = (0, all.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if ((address.IsIPv4 ? all[middle].Base : all[middle].Six) <= value)
                low = middle;
            else
                high = middle - 1;
        }
        var found = all[low];
        var within = address.IsIPv4 ? found.Contains(address) : (value ^ found.Six) >> 32 == 0;
        return within ? found : null;
    }

    private static ulong Narrow(NetworkAddress address) => address.IsIPv4 ? (ulong)address.Bits >> 8 : (ulong)(address.Bits >> 72);
}
