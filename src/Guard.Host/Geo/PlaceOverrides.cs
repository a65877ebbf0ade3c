using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>What an admin knows better than any database: networks with their places. The longest prefix wins.</summary>
public sealed class PlaceOverrides
{
    /// <summary>A table for each length of prefix that occurs, the longest first: an address asks each once, however many networks there are.</summary>
    private readonly (int Length, Dictionary<NetworkAddress, Place> Places)[] _four;
    private readonly (int Length, Dictionary<NetworkAddress, Place> Places)[] _six;

    private PlaceOverrides(IReadOnlyCollection<(NetworkPrefix Prefix, Place Place)> rows)
    {
        _four = ByLength(rows.Where(row => row.Prefix.Network.IsIPv4));
        _six = ByLength(rows.Where(row => row.Prefix.Network.IsIPv6));
        Count = rows.Count;
    }

    private static (int Length, Dictionary<NetworkAddress, Place> Places)[] ByLength(IEnumerable<(NetworkPrefix Prefix, Place Place)> rows) =>
        [
            .. rows.GroupBy(row => row.Prefix.Length)
                .OrderByDescending(same => same.Key)
                // The first line of a network that is named twice.
                .Select(same => (same.Key, same.DistinctBy(row => row.Prefix.Network).ToDictionary(row => row.Prefix.Network, row => row.Place))),
        ];

    public static PlaceOverrides None { get; } = new([]);

    public int Count { get; }

    /// <summary>Reads lines <c>CIDR COUNTRY [SUBDIVISION|-] [ASN|-] [LATITUDE LONGITUDE]</c>; # starts a comment.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message has its number.</exception>
    public static PlaceOverrides Read(IEnumerable<string> lines)
    {
        var rows = new List<(NetworkPrefix, Place)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !NetworkPrefix.TryParse(words[0], out var prefix) || Countries.Find(words[1].ToUpperInvariant()) is not { } country)
                throw new FormatException($"line {number}: expected a network and a country such as '192.0.2.0/24 GB', found '{text}'");
            var place = new Place(default, Country: country.Code, Subdivision: Word(words, 2));
            if (Word(words, 3) is { Length: > 0 } asn)
                place = place with
                {
                    Asn = uint.TryParse(asn, out var system) ? system : throw new FormatException($"line {number}: '{asn}' is no system number"),
                };
            if (words.Length >= 6)
            {
                place = place with
                {
                    Latitude = float.TryParse(words[4], CultureInfo.InvariantCulture, out var latitude)
                        ? latitude
                        : throw new FormatException($"line {number}: '{words[4]}' is no latitude"),
                    Longitude = float.TryParse(words[5], CultureInfo.InvariantCulture, out var longitude)
                        ? longitude
                        : throw new FormatException($"line {number}: '{words[5]}' is no longitude"),
                };
            }
            rows.Add((prefix, place));
        }
        return new PlaceOverrides(rows);
    }

    public Place? Find(NetworkAddress address)
    {
        foreach (var (length, places) in address.IsIPv4 ? _four : _six)
        {
            if (places.TryGetValue(address.Prefix(length), out var place))
                return place with { Address = address, Kind = AddressKinds.Of(address) };
        }
        return null;
    }

    private static string Word(string[] words, int index) => index < words.Length && words[index] != "-" ? words[index] : "";
}
