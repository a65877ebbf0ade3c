using System.Globalization;

namespace Guard.Bench.Detection.World;

/// <summary>Who has which addresses, the same for every seed, and the file of places that tells the guard.</summary>
public sealed class NetworkPlan
{
    private const int HomeLength = 13;
    private const int OtherLength = 14;

    /// <summary>Documentation ends and private space begins far away from these.</summary>
    private const uint First = 24u << 24;

    private readonly Dictionary<(string, NetworkKind), Network[]> _networks = [];
    private uint _next = First;
    private uint _asn = 64_000;
    private ulong _six = 0x2400_0000_0000_0000;

    public NetworkPlan()
    {
        foreach (var country in Country.All)
        {
            // Three access providers of two /14 each, and two of every other kind.
            Add(country, NetworkKind.Home, 3, HomeLength, true);
            Add(country, NetworkKind.Mobile, 2, OtherLength, true);
            Add(country, NetworkKind.Business, 2, OtherLength, false);
            Add(country, NetworkKind.Hosting, 2, OtherLength, false);
        }
    }

    public IEnumerable<Network> All => _networks.Values.SelectMany(all => all);

    public Network[] Of(Country country, NetworkKind kind) => _networks[(country.Code, kind)];

    /// <summary>Lines <c>CIDR COUNTRY SUBDIVISION ASN LATITUDE LONGITUDE</c>, as <c>geo.overrides</c> reads them.</summary>
    /// <param name="countryOnly">Leave out what a plain country database does not know.</param>
    public IEnumerable<string> Places(bool countryOnly)
    {
        foreach (var network in _networks.Values.SelectMany(all => all))
        {
            var more = countryOnly ? "" : string.Create(CultureInfo.InvariantCulture, $" - {network.Asn} {network.Latitude:0.00} {network.Longitude:0.00}");
            yield return $"{network.Base >> 24}.{(network.Base >> 16) & 0xFF}.0.0/{network.Length} {network.Country.Code}{more}";
            if (network.Six != 0)
                yield return $"{network.Six >> 48:x}:{(network.Six >> 32) & 0xFFFF:x}::/32 {network.Country.Code}{more}";
        }
    }

    private void Add(Country country, NetworkKind kind, int count, int length, bool six)
    {
        var networks = new Network[count];
        for (var i = 0; i < count; i++)
        {
            var size = 1u << (32 - length);
            _next = (_next + size - 1) / size * size;
            var dice = new Dice(_next, 17);
            // Shared address space (100.64/10) and loopback belong to nobody.
            if (_next >> 24 is 100 or 127)
                _next += 1u << 24;
            networks[i] = new Network(
                country,
                kind,
                _asn++,
                _next,
                length,
                six ? _six : 0,
                country.Latitude + dice.Between(-1.5, 1.5),
                country.Longitude + dice.Between(-1.5, 1.5)
            );
            _next += size;
            if (six)
                _six += 1UL << 32;
        }
        _networks[(country.Code, kind)] = networks;
    }
}
